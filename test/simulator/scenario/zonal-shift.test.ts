import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { stepInWords } from '../../../simulator/view/step-words.ts'
import { call } from '../../../simulator/world/call.ts'

const scenario = (lastsSeconds: number) =>
  parseScenario('shift', {
    description: 'A group is shifted away from a zone, and let back.',
    cluster: 'web',
    groups: [{ name: 'g', cpu: 2_048, memory: 4_096, desired: 3, max: 3, zonalShift: 'IgnoreUnhealthy' }],
    script: [
      { do: 'start-zonal-shift', atSeconds: 60, group: 'g', awayFrom: 'eu-west-1b', lastsMinutes: 30 },
      { do: 'cancel-zonal-shift', atSeconds: 600, group: 'g' },
    ],
    lastsSeconds,
  })

describe('a script with a zonal shift', () => {
  it.each([
    [50, []],
    [100, ['ACTIVE']],
    [700, ['CANCELED']],
  ])('shifts the group and lets it back: after %i s', async (lastsSeconds, statuses) => {
    const { world } = await rehearse({ scenario: scenario(lastsSeconds), seed: 1, ebbtide: 'absent' })
    const { items } = call<{ items: { awayFrom: string; status: string }[] }>(
      world.zonalShifts.model,
      'ListZonalShifts',
      {},
    )
    expect(items.map(({ status }) => status)).toEqual(statuses)
    expect(items.every(({ awayFrom }) => awayFrom === 'euw1-az2')).toBe(true)
  })

  it('is told in words', () => {
    expect(scenario(700).script.map(stepInWords)).toEqual([
      'somebody shifts g away from eu-west-1b for 30 minutes',
      'somebody lets g back into every zone',
    ])
  })
})
