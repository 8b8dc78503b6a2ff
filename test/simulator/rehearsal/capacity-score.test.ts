import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { scoreOf } from '../../../simulator/rehearsal/score.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'

const HOUR_SECONDS = 3_600

const groups = [
  { name: 'g', cpu: 1_024, memory: 4_096, desired: 2, max: 4, bootSeconds: 60, registrationSeconds: 30 },
]
const shop = { name: 'shop', cpu: 512, memory: 512, desired: 4 }

/** An hour of a cluster whose two instances hold four tasks, with nobody to drain it. */
const scoreWith = async (changes: Record<string, unknown>) => {
  const scenario = parseScenario('capacity', {
    description: 'Two instances with four tasks.',
    cluster: 'web',
    groups,
    services: [shop],
    lastsSeconds: HOUR_SECONDS,
    ...changes,
  })
  const { world, recording } = await rehearse({ scenario, seed: 1, ebbtide: 'absent' })
  return scoreOf(world, recording, { seed: 1, scenario: 'capacity', virtualSeconds: HOUR_SECONDS })
}

const setDesired = (atSeconds: number, desired: number) => ({
  do: 'set-desired-capacity',
  atSeconds,
  group: 'g',
  desired,
})

describe('instance hours', () => {
  it('count each machine from the beginning of virtual time to its end', async () => {
    expect(await scoreWith({})).toMatchObject({ instanceHours: 2 })
    const { instanceHours } = await scoreWith({
      script: [setDesired(1_800, 1)],
      services: [{ ...shop, desired: 0 }],
    })
    // Five seconds for the group to look, one before its hooks.
    expect(instanceHours).toBeCloseTo(1 + 1_806 / HOUR_SECONDS, 3)
  })

  it('count a machine that comes later from the moment in which it runs, as EC2 bills', async () => {
    const { instanceHours } = await scoreWith({ script: [setDesired(1_800, 3)] })
    expect(instanceHours).toBeCloseTo(2 + (HOUR_SECONDS - 1_800 - 5 - 60) / HOUR_SECONDS, 3)
  })
})

describe('unplaced-task seconds', () => {
  it('are 0 while each task has its instance', async () => {
    expect(await scoreWith({})).toMatchObject({ unplacedTaskSeconds: 0 })
  })

  it('count each task that is wanted and has none, for as long as that lasts', async () => {
    const wantTwoMore = { do: 'update-service', atSeconds: 600, service: 'shop', desired: 6 }
    const wantNoMore = { do: 'update-service', atSeconds: 1_600, service: 'shop', desired: 4 }
    expect(await scoreWith({ script: [wantTwoMore, wantNoMore] })).toMatchObject({
      unplacedTaskSeconds: 2_000,
    })
  })

  it('end when an instance has come and the task is placed on it, before it runs', async () => {
    const wantTwoMore = { do: 'update-service', atSeconds: 600, service: 'shop', desired: 6 }
    const { unplacedTaskSeconds } = await scoreWith({ script: [wantTwoMore, setDesired(700, 3)] })
    // A hundred seconds, then the group's look, boot and registration, and the scheduler's look.
    expect(unplacedTaskSeconds).toBeCloseTo(2 * (100 + 5 + 60 + 30 + 2), 0)
  })

  it('do not count a task that leaves a draining instance and still serves', async () => {
    const drain = {
      do: 'set-container-instances',
      atSeconds: 600,
      group: 'g',
      instances: 1,
      status: 'DRAINING',
    }
    // At least all of them must run, and the replacements have no room: nothing moves.
    expect(await scoreWith({ script: [drain] })).toMatchObject({ unplacedTaskSeconds: 0 })
  })
})
