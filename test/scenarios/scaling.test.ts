import { describe, expect, it, jest } from '@jest/globals'

import { compareScalers } from '../../simulator/comparison/compare.ts'
import { rehearse, type Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import { scaledBy, type Scaler } from '../../simulator/rehearsal/scaler.ts'
import { loadScenario, parseScenario } from '../../simulator/scenario/load-scenario.ts'
import type { Scenario } from '../../simulator/scenario/scenario.ts'

// A simulated day takes seconds, and more on a busy machine.
jest.setTimeout(180_000)

interface Launches {
  /** In minutes of virtual time. */
  readonly launchedAt: readonly number[]
  readonly terminatedAt: readonly number[]
}

/** Every machine that comes or goes is written down. */
const playScaled = async (scenario: Scenario, scaler: Scaler = 'ebbtide'): Promise<Rehearsal & Launches> => {
  const launchedAt: number[] = []
  const terminatedAt: number[] = []
  const rehearsal = await rehearse({
    ...scaledBy(scaler, scenario),
    seed: 1,
    prepare: ({ ec2, simulation }) => {
      const beganAt = simulation.now()
      const minutes = () => (simulation.now() - beganAt) / 60_000
      ec2.onStateChange(({ state }) => {
        if (state === 'pending') launchedAt.push(minutes())
        if (state === 'shutting-down') terminatedAt.push(minutes())
      })
    },
  })
  return { ...rehearsal, launchedAt, terminatedAt }
}

const expectNothingLost = ({ recording, world }: Rehearsal): void => {
  expect(recording.violations).toEqual([])
  expect(recording.deadLetters).toBe(0)
  expect(recording.killedTasks).toEqual([])
  expect(world.traffic.score().dropped).toBe(0)
}

/** Twelve instances' worth of tasks for the whole day, on fifteen instances. */
const constantDay = parseScenario('constant-day', {
  description: 'A day on which nothing changes.',
  cluster: 'web',
  groups: [{ name: 'ecs-web-a', cpu: 4_096, memory: 15_360, desired: 15, min: 2, max: 30 }],
  services: [
    {
      name: 'shop',
      cpu: 1_024,
      memory: 2_048,
      desired: 20,
      loadBalancer: { deregistrationDelaySeconds: 60 },
      traffic: { requestsPerSecond: 10 },
    },
    { name: 'search', cpu: 512, memory: 1_024, desired: 25 },
    { name: 'mail', cpu: 256, memory: 4_096, desired: 6 },
  ],
  daemons: [{ name: 'logs', cpu: 128, memory: 256 }],
  lastsSeconds: 86_400,
})

describe('with Ebbtide scaling', () => {
  it('a constant load for a day: what is too much goes, and then nothing moves any more', async () => {
    const run = await playScaled(constantDay)
    expectNothingLost(run)
    expect(run.launchedAt).toEqual([])
    expect(run.terminatedAt.length).toBeGreaterThan(0)
    expect(Math.max(...run.terminatedAt)).toBeLessThan(3 * 60)
  })

  it('an empty cluster goes to what its first tasks need at once, and to nothing when they are gone', async () => {
    const run = await playScaled(loadScenario('from-zero'))
    expectNothingLost(run)
    // Twelve tasks of 1024 units fit three on each machine of 4096 with its daemon, and more have headroom.
    expect(run.launchedAt.filter((minute) => minute < 4).length).toBeGreaterThanOrEqual(4)
    expect(run.launchedAt.filter((minute) => minute < 4).length).toBeLessThanOrEqual(8)
    expect(run.terminatedAt).toHaveLength(run.launchedAt.length)
  })

  it('a fragmented cluster is put together again, and grows when a task needs a whole machine', async () => {
    const run = await playScaled(loadScenario('fragmented'))
    expectNothingLost(run)
    expect(run.terminatedAt.filter((minute) => minute < 50).length).toBeGreaterThan(1)
    expect(run.recording.unplacedTasks.taskSeconds).toBeLessThan(3 * 300)
  })

  it('on a day it drops nothing, and needs less room and fewer machines than managed scaling', async () => {
    const { contenders } = await compareScalers({
      scenario: loadScenario('day'),
      scalers: ['ebbtide', 'managed'],
      seeds: 1,
    })
    const [ours, theirs] = contenders.map(({ runs: [run] }) => run)
    expect(ours).toMatchObject({ requestsDropped: 0, tasksKilled: 0, violations: 0 })
    expect(ours?.unplacedTaskSeconds).toBeLessThan(theirs?.unplacedTaskSeconds ?? 0)
    expect(ours?.instanceHours).toBeLessThan(theirs?.instanceHours ?? 0)
  })
})

describe("with AWS's target tracking on our metric", () => {
  it('an empty cluster gets machines, and gives them back', async () => {
    const run = await playScaled(loadScenario('from-zero'), 'target-tracking')
    expectNothingLost(run)
    expect(run.launchedAt.length).toBeGreaterThan(0)
    expect(run.terminatedAt).toHaveLength(run.launchedAt.length)
  })
})
