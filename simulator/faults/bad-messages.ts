import type { Random } from '../engine/random.ts'
import type { MessageContent } from '../aws/sqs/message.ts'
import type { Queue } from '../aws/sqs/queue.ts'
import type { World } from '../world/world.ts'
import { badBodies } from './bad-bodies.ts'

/** Who sends what nobody should: so a bad message is known for one, however well it reads. */
export const STRANGER_ID = 'AIDASIMULATEDSTRANGER'

interface BadMessages {
  readonly world: World
  /** For each message that comes into a queue of the stack: a bad one comes in the same moment. */
  readonly odds: number
}

/**
 * Sends bad messages beside good ones, so that they share batches. What is sent because of a bad message has none beside it.
 *
 * @returns ends it. Bad messages that are there stay.
 */
export const sendBadMessages = ({ world, odds }: BadMessages): (() => void) => {
  const { sqs, simulation, spec } = world
  const random = simulation.randomFor('bad messages')
  let isOver = false
  sqs.onSent((queue, content) => {
    if (isOver || content.senderId === STRANGER_ID || !isOurs(queue, spec.cluster)) return
    if (random.chance(odds)) sqs.send(queue, badMessage(world, random, content))
  })
  return () => {
    isOver = true
  }
}

const isOurs = ({ spec }: Queue, cluster: string): boolean => spec.name.startsWith(`ebbtide-${cluster}-`)

/** In a FIFO queue it comes into the same message group, where it could hold up all that follow. */
const badMessage = (world: World, random: Random, beside: MessageContent) => ({
  body: random.pick(badBodies)({ world, random, body: beside.body }),
  senderId: STRANGER_ID,
  ...(beside.fifo !== undefined && {
    messageGroupId: beside.fifo.messageGroupId,
    messageDeduplicationId: random.hex(32),
  }),
})
