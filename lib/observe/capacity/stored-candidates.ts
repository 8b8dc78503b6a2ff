import * as z from 'zod/mini'

import { readObject, type ObjectPlace } from '../../aws/stored-object.ts'
import type { StoredCandidates } from '../../capacity/candidate-list.ts'

const candidateList = z.object({
  version: z.literal(1),
  writtenAt: z.number(),
  validUntil: z.number(),
  candidates: z.array(
    z.object({
      instanceId: z.string(),
      zone: z.string(),
      cost: z.number(),
      taskCount: z.number(),
      tasks: z.array(z.string()),
    }),
  ),
  kept: z.array(z.object({ instanceId: z.string(), because: z.string(), about: z.array(z.string()) })),
})

const stored = z.object({
  list: candidateList,
  replacementComesFirst: z.boolean(),
  places: z.record(z.string(), z.string()),
})

/** What `capacity` has kept of a group. Undefined: nothing, or nothing that this version understands. */
export const readCandidates = async (place: ObjectPlace): Promise<StoredCandidates | undefined> => {
  const parsed = stored.safeParse(await readObject(place))
  // The reasons are those of whoever wrote them, in this version or in one beside it while a deployment goes on.
  return parsed.success ? (parsed.data as StoredCandidates) : undefined
}
