import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../simulator/rehearsal/rehearse.ts'
import { parseScenario } from '../../simulator/scenario/load-scenario.ts'

const autoScaling = { minCapacity: 2, maxCapacity: 40, requestsPerTarget: 60 }

/** As a file would hold it: what is undefined is not there. */
const asFile = (content: object): unknown => JSON.parse(JSON.stringify(content))

const scenario = (changes: Record<string, unknown> = {}) =>
  parseScenario(
    'load',
    asFile({
      description: 'A service follows its requests.',
      cluster: 'web',
      groups: [{ name: 'g', cpu: 8_192, memory: 16_384, desired: 4, max: 4 }],
      services: [
        {
          name: 'shop',
          cpu: 256,
          memory: 256,
          desired: 4,
          loadBalancer: { deregistrationDelaySeconds: 30 },
          traffic: {
            curve: [
              { atSeconds: 0, requestsPerSecond: 4 },
              { atSeconds: 1_800, requestsPerSecond: 4 },
              { atSeconds: 1_810, requestsPerSecond: 12 },
              { atSeconds: 3_600, requestsPerSecond: 12 },
              { atSeconds: 3_610, requestsPerSecond: 3 },
            ],
          },
          autoScaling,
          ...changes,
        },
      ],
      lastsSeconds: 7_200,
    }),
  )

const scalingsWith = async (seed: number, changes: Record<string, unknown> = {}) => {
  const scalings: { readonly atSeconds: number; readonly to: number }[] = []
  await rehearse({
    scenario: scenario(changes),
    seed,
    ebbtide: 'absent',
    prepare: ({ serviceAutoScaling, simulation }) => {
      const beganAt = simulation.now()
      serviceAutoScaling.onScaled(({ to }) =>
        scalings.push({ atSeconds: (simulation.now() - beganAt) / 1_000, to }),
      )
    },
  })
  return scalings
}

describe('a service that follows its requests', () => {
  it('grows three minutes after a rise, and shrinks fifteen minutes after a fall', async () => {
    const [out, back, ...more] = await scalingsWith(1)
    expect(out).toMatchObject({ to: 12 })
    expect(out?.atSeconds).toBeGreaterThan(1_800 + 2 * 60)
    expect(out?.atSeconds).toBeLessThan(1_810 + 4 * 60)
    expect(back).toMatchObject({ to: 3 })
    expect(back?.atSeconds).toBeGreaterThan(3_600 + 14 * 60)
    expect(back?.atSeconds).toBeLessThan(3_610 + 16 * 60)
    expect(more).toEqual([])
  })

  it('wants the same tasks at the same moments where there is no room for them', async () => {
    // The group cannot grow: most of these tasks never run.
    const huge = { cpu: 8_192, memory: 16_384 }
    expect(await scalingsWith(1, huge)).toEqual(await scalingsWith(1))
  })

  it('is looked at in another second of the minute with another seed', async () => {
    const [[one], [two]] = [await scalingsWith(1), await scalingsWith(2)]
    expect(one?.atSeconds).not.toBe(two?.atSeconds)
    expect(one?.to).toBe(two?.to)
  })

  it.each([
    [{ traffic: undefined }, /autoScaling needs traffic in the same service/],
    [{ autoScaling: { ...autoScaling, minCapacity: 0 } }, /minCapacity must be 1 or more/],
    [{ autoScaling: { ...autoScaling, minCapacity: 50 } }, /maxCapacity must not be below minCapacity/],
  ])('is refused where it could not work: %j', (changes, sentence) => {
    expect(() => scenario(changes)).toThrow(sentence)
  })
})
