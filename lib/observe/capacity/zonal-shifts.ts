import * as z from 'zod/mini'

import { during } from '../../aws/errors.ts'
import { allPages } from '../../aws/pages.ts'
import type { ZonalShiftClient } from '../../aws/zonal-shift-client.ts'

const shiftPage = z.object({
  items: z.array(z.object({ resourceIdentifier: z.string() })),
  nextToken: z.optional(z.nullable(z.string())),
})

const autoshiftPage = z.object({ items: z.array(z.unknown()), nextToken: z.optional(z.nullable(z.string())) })

/**
 * Whether a group is shifted away from a zone: by somebody, or by AWS's own autoshift, which is told of for the region as
 * a whole and taken to concern every group that may be shifted.
 *
 * @throws where it cannot be read. Nobody may conclude then that nothing is shifted.
 */
export const readIsShifted = async (client: ZonalShiftClient, groupArn: string): Promise<boolean> => {
  const ofGroup = await during(`listing zonal shifts of ${groupArn}`, () =>
    allPages(async (token) => {
      const query = { status: 'ACTIVE', resourceIdentifier: groupArn, ...(token && { nextToken: token }) }
      const { items, nextToken } = shiftPage.parse(await client.get('/zonalshifts', query))
      return { items, token: nextToken ?? undefined }
    }),
  )
  if (ofGroup.some(({ resourceIdentifier }) => resourceIdentifier === groupArn)) return true
  const autoshifts = await during('listing zonal autoshifts', () =>
    allPages(async (token) => {
      const query = { status: 'ACTIVE', ...(token && { nextToken: token }) }
      const { items, nextToken } = autoshiftPage.parse(await client.get('/autoshifts', query))
      return { items, token: nextToken ?? undefined }
    }),
  )
  return autoshifts.length > 0
}
