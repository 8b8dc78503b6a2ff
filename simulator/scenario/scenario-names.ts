import * as z from 'zod'

// A scenario with mistakes in it is read for its names all the same, so that every mistake is told at once. What cannot
// be read here is undefined, and is the schema's to complain of.

const text = z.string().optional().catch(undefined)
const named = z.object({ name: text, market: text }).catch({ name: undefined, market: undefined })
const step = z
  .object({ do: text, group: text, service: text })
  .catch({ do: undefined, group: undefined, service: undefined })

/** A list that is none holds something without a name. */
const listOfNamed = z.array(named).catch([{ name: undefined, market: undefined }])

const namesSchema = z.object({
  groups: listOfNamed,
  services: listOfNamed.default([]),
  daemons: listOfNamed.default([]),
  standaloneTasks: listOfNamed.default([]),
  script: z.array(step).catch([]),
})

type Names = z.output<typeof namesSchema>
type Step = Names['script'][number]

/** @returns a sentence for each name that is used twice, or that a step of the script uses and nothing has. */
export const nameMistakes = (content: unknown): readonly string[] => {
  const names = namesSchema.safeParse(content)
  return names.success ? [...doubleNames(names.data), ...wrongNames(names.data)] : []
}

const doubleNames = ({ groups, services, daemons, standaloneTasks }: Names): readonly string[] =>
  [groups, [...services, ...daemons, ...standaloneTasks]].flatMap((list) => {
    const names = list.flatMap(({ name }) => name ?? [])
    const doubles = names.filter((name, index) => names.indexOf(name) !== index)
    return [...new Set(doubles)].map((name) => `The name ${name} is used twice.`)
  })

const wrongNames = ({ groups, services, script }: Names): readonly string[] =>
  script.flatMap(({ group, service, ...rest }, index) => [
    ...unknownName({ index, field: 'group', used: group, known: groups.map(({ name }) => name) }),
    ...unknownName({ index, field: 'service', used: service, known: services.map(({ name }) => name) }),
    ...notOfSpot({ group, service, ...rest }, index, groups),
  ])

interface UsedName {
  readonly index: number
  readonly field: 'group' | 'service'
  readonly used: string | undefined
  readonly known: readonly (string | undefined)[]
}

const unknownName = ({ index, field, used, known }: UsedName): readonly string[] => {
  // Where a name cannot be read, it may be the one that is used.
  if (used === undefined || known.includes(used) || known.includes(undefined)) return []
  const instead = known.length === 0 ? `no ${field}` : `only ${[...new Set(known)].join(', ')}`
  return [`script[${index}].${field} names ${used}, but there is ${instead}.`]
}

const notOfSpot = ({ do: kind, group }: Step, index: number, groups: Names['groups']): readonly string[] => {
  const isForSpot = kind === 'spot-interruption' || kind === 'rebalance-recommendation'
  const named = groups.filter(({ name }) => name !== undefined && name === group)
  if (!isForSpot || named.length === 0 || named.some(({ market }) => market === 'spot')) return []
  return [`script[${index}].group must name a group with market "spot".`]
}
