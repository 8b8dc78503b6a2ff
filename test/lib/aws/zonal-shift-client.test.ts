import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'

import { createZonalShiftClient } from '../../../lib/aws/zonal-shift-client.ts'
import { readIsShifted } from '../../../lib/observe/capacity/zonal-shifts.ts'

const ARN = 'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:d4:autoScalingGroupName/ecs web'

const client = createZonalShiftClient(
  new AutoScalingClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' },
  }),
)

/** Answers each path with a body, and notes what was asked. */
const answerWith = (bodies: Readonly<Record<string, object>>, status = 200) => {
  const asked: { readonly url: URL; readonly authorization: string }[] = []
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = new URL(input)
    asked.push({ url, authorization: new Headers(init?.headers).get('authorization') ?? '' })
    return new Response(JSON.stringify(bodies[url.pathname]), { status })
  })
  return asked
}

afterEach(() => {
  jest.restoreAllMocks()
})

describe('whether a group is shifted away from a zone', () => {
  it('is asked with a signature for the service and its region', async () => {
    const asked = answerWith({ '/zonalshifts': { items: [] }, '/autoshifts': { items: [] } })
    expect(await readIsShifted(client, ARN)).toBe(false)
    expect(asked.map(({ url }) => `${url.host}${url.pathname}`)).toEqual([
      'arc-zonal-shift.eu-west-1.amazonaws.com/zonalshifts',
      'arc-zonal-shift.eu-west-1.amazonaws.com/autoshifts',
    ])
    expect(asked[0]?.url.searchParams.get('resourceIdentifier')).toBe(ARN)
    expect(asked[0]?.url.search).not.toContain('+')
    expect(asked[0]?.authorization).toContain('/eu-west-1/arc-zonal-shift/aws4_request')
  })

  it('is so while a shift of the group is active', async () => {
    answerWith({ '/zonalshifts': { items: [{ resourceIdentifier: ARN, awayFrom: 'euw1-az1' }] } })
    expect(await readIsShifted(client, ARN)).toBe(true)
  })

  it("is so while AWS itself shifts the region's resources", async () => {
    answerWith({ '/zonalshifts': { items: [] }, '/autoshifts': { items: [{ awayFrom: 'euw1-az1' }] } })
    expect(await readIsShifted(client, ARN)).toBe(true)
  })

  it.each([
    [{ '/zonalshifts': { message: 'no' } }, 403],
    [{ '/zonalshifts': { other: [] } }, 200],
  ])('cannot be told from %j with status %d', async (bodies, status) => {
    answerWith(bodies, status)
    await expect(readIsShifted(client, ARN)).rejects.toThrow('listing zonal shifts')
  })
})
