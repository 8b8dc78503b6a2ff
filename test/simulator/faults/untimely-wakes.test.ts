import { describe, expect, it } from '@jest/globals'

import { sendUntimelyWakes } from '../../../simulator/faults/untimely-wakes.ts'
import { GROUP, oldest, play, terminateOne } from '../../scenarios/small-cluster.ts'

/** When old look-again messages came, in seconds after a task of the instance began to stop for the first time. */
const wakesIn = async (odds: number, endsAfterMs?: number) => {
  const times: number[] = []
  let began: number | undefined
  let instanceId = ''
  await play({ script: [terminateOne(10)], lastsSeconds: 600 }, (world) => {
    const { simulation, eventBridge, sqs } = world
    instanceId = oldest(world)
    eventBridge.onPublish(({ detail }) => {
      if (detail['desiredStatus'] === 'STOPPED') began ??= simulation.now()
    })
    const end = sendUntimelyWakes({ world, odds })
    if (endsAfterMs !== undefined) simulation.after(endsAfterMs, end)
    sqs.onSent(({ spec }, { body }) => {
      if (!spec.name.endsWith('-wakes') || !body.includes('"hop":3')) return
      expect(JSON.parse(body)).toMatchObject({ instanceId, autoScalingGroupName: GROUP })
      times.push((simulation.now() - (began ?? Infinity)) / 1_000)
    })
  })
  return times
}

describe('untimely wakes', () => {
  it('come in the seconds after a task has begun to stop', async () => {
    const times = await wakesIn(1)
    expect(times.length).toBeGreaterThanOrEqual(2)
    expect(times[0]).toBeGreaterThanOrEqual(0)
    expect(times[0]).toBeLessThanOrEqual(4)
  })

  it.each([
    ['without odds', 0, undefined],
    ['once they have ended', 1, 5_000],
  ])('do not come %s', async (_, odds, endsAfterMs) => {
    expect(await wakesIn(odds, endsAfterMs)).toEqual([])
  })
})
