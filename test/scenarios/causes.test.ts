import { describe, expect, it } from '@jest/globals'

import { GROUP, group, outcomes, play, shop } from './small-cluster.ts'

const quickShop = { ...shop, loadBalancer: { deregistrationDelaySeconds: 30 } }

describe('the cause of a drain', () => {
  it.each([
    ['scale-in', { script: [{ do: 'set-desired-capacity', atSeconds: 30, group: GROUP, desired: 2 }] }],
    ['user', { script: [{ do: 'terminate-in-group', atSeconds: 30, group: GROUP }] }],
    ['health', { script: [{ do: 'stop-by-hand', atSeconds: 30, group: GROUP }], lastsSeconds: 4_000 }],
    ['instance-refresh', { script: [{ do: 'start-instance-refresh', atSeconds: 30, group: GROUP }] }],
    [
      'max-lifetime',
      {
        script: [{ do: 'set-max-instance-lifetime', atSeconds: 30, group: GROUP, lifetimeSeconds: 86_400 }],
        lastsSeconds: 90_000,
      },
    ],
  ])('%s is read from the scaling activity', async (cause, changes) => {
    const run = await play({ services: [quickShop], ...changes })
    const causes = run.recording.decisions.flatMap(({ facts }) => facts.action?.cause ?? [])
    expect(new Set(causes)).toEqual(new Set([cause]))
  })

  it('is known for a refresh that launches before it terminates, and nothing is lost', async () => {
    const run = await play({
      groups: [
        { ...group, instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 150 } },
      ],
      services: [quickShop],
      script: [{ do: 'start-instance-refresh', atSeconds: 30, group: GROUP }],
      lastsSeconds: 3_000,
    })
    expect(outcomes(run).length).toBeGreaterThanOrEqual(3)
    expect(new Set(outcomes(run))).toEqual(new Set(['drained']))
    expect(run.recording.killedTasks).toEqual([])
  })
})
