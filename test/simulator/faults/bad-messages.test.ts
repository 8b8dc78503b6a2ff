import { describe, expect, it } from '@jest/globals'

import { readSignal } from '../../../lib/signals/read-signal.ts'
import { badBodies } from '../../../simulator/faults/bad-bodies.ts'
import { sendBadMessages, STRANGER_ID } from '../../../simulator/faults/bad-messages.ts'
import { Random } from '../../../simulator/engine/random.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { createWorld, type World } from '../../../simulator/world/world.ts'
import { smallCluster } from '../../scenarios/small-cluster.ts'

const QUEUE = {
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 3_600,
  delaySeconds: 0,
}

const emptyWorld = (): World =>
  createWorld(worldSpecOf(smallCluster({ services: [], script: [], lastsSeconds: 1 })), 7)

/** Sends so many messages to a queue of that name, and tells who sent what is in it then. */
const sendersIn = (world: World, name: string, messages = 20): readonly string[] => {
  const isFifo = name.endsWith('.fifo')
  const queue = world.sqs.createQueue({
    name,
    ...QUEUE,
    ...(isFifo && { fifo: { contentBasedDeduplication: false } }),
  })
  for (let index = 0; index < messages; index += 1)
    world.sqs.send(queue, {
      body: `good ${index}`,
      ...(isFifo && { messageGroupId: 'all', messageDeduplicationId: String(index) }),
    })
  return queue.contents.map(({ senderId }) => senderId)
}

const strangersIn = (senders: readonly string[]): number =>
  senders.filter((sender) => sender === STRANGER_ID).length

describe('bad messages', () => {
  it('come beside good ones as often as the odds say, and none comes beside a bad one', () => {
    const world = emptyWorld()
    sendBadMessages({ world, odds: 1 })
    const senders = sendersIn(world, 'ebbtide-web-signals')
    expect([senders.length, strangersIn(senders)]).toEqual([40, 20])
  })

  it('come into the message group of the good one, where the queue has groups', () => {
    const world = emptyWorld()
    sendBadMessages({ world, odds: 1 })
    expect(strangersIn(sendersIn(world, 'ebbtide-web-capacity.fifo'))).toBe(20)
    const groups = world.sqs.queues[0]!.contents.map(({ fifo }) => fifo?.messageGroupId)
    expect(new Set(groups)).toEqual(new Set(['all']))
  })

  it('stay out of the queues of others, end when they are told to, and are the same for the same seed', () => {
    const world = emptyWorld()
    const end = sendBadMessages({ world, odds: 1 })
    expect(strangersIn(sendersIn(world, 'billing-signals'))).toBe(0)
    end()
    expect(strangersIn(sendersIn(world, 'ebbtide-web-signals'))).toBe(0)
    const [one, other] = [emptyWorld(), emptyWorld()].map((again) => {
      sendBadMessages({ world: again, odds: 0.5 })
      sendersIn(again, 'ebbtide-web-wakes')
      return again.sqs.queues[0]!.contents.map(({ body }) => body)
    })
    expect(one).toEqual(other)
    expect(one!.length).toBeGreaterThan(22)
    expect(one!.length).toBeLessThan(38)
  })

  it('are some that cannot be read, some of others, and none that our own stack would act on', () => {
    const world = emptyWorld()
    const random = new Random(1)
    const kinds = badBodies.map((bad) => readSignal(bad({ world, random, body: '{"a":1}' })).kind)
    expect(kinds.filter((kind) => kind === 'unreadable').length).toBeGreaterThan(10)
    expect(new Set(kinds)).toEqual(
      new Set(['unreadable', 'look-again', 'lifecycle-action', 'task-state-change', 'ignored']),
    )
  })
})
