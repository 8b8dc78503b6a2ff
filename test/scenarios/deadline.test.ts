import { describe, expect, it } from '@jest/globals'

import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import { callsOf, drainSeconds, group, outcomes, play, shop, story, terminateOne } from './small-cluster.ts'

/** Nothing can be replaced and so nothing leaves: the drain waits for its deadline. */
const deadlocked = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }

/** Seconds from the start of the termination to each StopTask. */
const stopTimes = (run: Rehearsal): readonly number[] => {
  const startedAt = run.recording.decisions[0]?.facts.action?.startedAt ?? 0
  return callsOf(run, 'StopTask').map(({ at }) => (at - startedAt) / 1_000)
}

describe('a drain that cannot end by itself', () => {
  it('stops the tasks early enough for an orderly end, one of each service at a time, and then finishes', async () => {
    const run = await play({
      services: [
        deadlocked,
        { ...deadlocked, name: 'search', loadBalancer: { deregistrationDelaySeconds: 30 } },
      ],
      settings: { drainTimeout: 900 },
      script: [terminateOne(10)],
      lastsSeconds: 1_500,
    })
    expect(story(run)).toContain('overdue: time-to-stop-tasks')
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    const times = stopTimes(run)
    expect(times).toHaveLength(4)
    // 900 − (300 + 30 + 30) for the shop, 900 − (30 + 30 + 30) for the search; a resync may come up to a minute later.
    expect(times[0]).toBeGreaterThanOrEqual(540)
    expect(times[1]).toBeLessThan(660)
    expect(times[2]).toBeGreaterThanOrEqual(810)
    expect(drainSeconds(run)).toBeLessThan(905)
    expect(run.recording.metric('TasksStoppedAtDeadline').reduce((sum, one) => sum + one, 0)).toBe(4)
  })

  it('waits for the replacement of the first task before it stops the second, while time allows', async () => {
    const quick = {
      ...deadlocked,
      startSeconds: 1,
      stopSeconds: 1,
      loadBalancer: { deregistrationDelaySeconds: 0 },
    }
    const run = await play({ services: [quick], settings: { drainTimeout: 300 }, script: [terminateOne(10)] })
    const [first = 0, second = 0] = stopTimes(run)
    expect(first).toBeGreaterThanOrEqual(240)
    expect(second - first).toBeGreaterThan(5)
    expect(outcomes(run)).toEqual(['drained'])
  })

  it('lets go at the deadline under the policy continue, and stops nothing itself', async () => {
    const run = await play({
      services: [deadlocked],
      settings: { drainTimeout: 600, onDeadline: 'continue' },
      script: [terminateOne(10)],
    })
    expect(outcomes(run)).toEqual(['deadline'])
    expect(callsOf(run, 'StopTask')).toEqual([])
    expect(drainSeconds(run)).toBeGreaterThanOrEqual(598)
    expect(drainSeconds(run)).toBeLessThan(665)
  })

  it('stops a standalone job before the deadline, and leaves the daemon to the last', async () => {
    const run = await play({
      services: [],
      daemons: [{ name: 'logs', cpu: 128, memory: 256 }],
      standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3, stopTimeoutSeconds: 120 }],
      settings: { drainTimeout: 600 },
      script: [terminateOne(10)],
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(stopTimes(run)).toHaveLength(1)
    expect(stopTimes(run)[0]).toBeGreaterThanOrEqual(450)
    expect(run.recording.killedTasks).toEqual([])
  })

  it('stops at once when the deadline is shorter than a task needs to end', async () => {
    const slow = { ...deadlocked, stopSeconds: 500, stopTimeoutSeconds: 600 }
    const run = await play({
      services: [{ ...slow, loadBalancer: { deregistrationDelaySeconds: 0 } }],
      settings: { drainTimeout: 120 },
      script: [terminateOne(10)],
    })
    expect(stopTimes(run)[0]).toBeLessThan(10)
    expect(outcomes(run)).toEqual(['deadline'])
    expect(drainSeconds(run)).toBeLessThan(185)
  })

  it('gives up a minute before the global cap of the hook, which no heartbeat can move', async () => {
    const run = await play({
      services: [],
      standaloneTasks: [
        { name: 'job', cpu: 256, memory: 512, count: 3, stopSeconds: 3_000, stopTimeoutSeconds: 60 },
      ],
      groups: [group],
      settings: { heartbeatTimeout: 180, drainTimeout: 17_940, onDeadline: 'continue' },
      script: [terminateOne(10)],
      lastsSeconds: 18_500,
    })
    expect(outcomes(run)).toEqual(['deadline'])
    expect(drainSeconds(run)).toBeGreaterThan(17_900)
    expect(drainSeconds(run)).toBeLessThan(18_000)
  })
})
