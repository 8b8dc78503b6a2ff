import { describe, expect, it } from '@jest/globals'

import { group, play, shop, terminateOne } from './small-cluster.ts'

/** One request in ten is a download of some minutes, which a target that deregisters goes on answering. */
const durations = [
  { share: 0.9, seconds: 0.2 },
  { share: 0.1, seconds: 200 },
]
const busyShop = { ...shop, traffic: { requestsPerSecond: 30, durations } }

describe('a drain that counts only tasks whose desired status is RUNNING', () => {
  it('is seen as dropped requests, and as a violation of promise 1', async () => {
    const run = await play({ groups: [group], services: [busyShop], script: [terminateOne(10)] }, (world) => {
      // What such a drain believes: nothing is listed once ECS has decided to stop the last task.
      world.setFaults(({ operation, input }) =>
        operation === 'ListTasks' && input['desiredStatus'] === 'STOPPED'
          ? { kind: 'stale', output: { taskArns: [] } }
          : undefined,
      )
    })
    expect(run.recording.violations).toMatchObject([{ promise: 1 }])
    expect(run.recording.killedTasks.length).toBeGreaterThan(0)
    expect(run.world.traffic.score().dropped).toBeGreaterThan(0)
  })
})
