import { ServiceError } from '../aws/operation.ts'
import type { LiveRehearsal } from './live-rehearsal.ts'

/** "ReceiveMessage" in the API reference of SQS. */
const LONGEST_WAIT_SECONDS = 20

/** How often, in real milliseconds, somebody who waits looks again. */
const LOOK_AGAIN_MS = 20

type Fields = Readonly<Record<string, unknown>>

interface LongPoll {
  readonly live: LiveRehearsal
  readonly waitSeconds: number
  /** ReceiveMessage without waiting. */
  readonly receive: () => Fields
  /** Whether a message could be received now. */
  readonly hasMessages: () => boolean
  /** Whether the client is still there: for one that has gone no message may be taken. */
  readonly isOpen: () => boolean
}

/**
 * ReceiveMessage with `WaitTimeSeconds`: answers as soon as there is a message, and without one when so many seconds of
 * virtual time have passed. Where time stands still nothing can come, so that the answer is immediate.
 *
 * @throws {ServiceError} `InvalidParameterValue` beyond 20 s, and whatever `receive` throws.
 */
export const longPoll = async ({ live, waitSeconds, receive, ...poll }: LongPoll): Promise<Fields> => {
  checkWait(waitSeconds)
  const { simulation } = live.world
  let output = await live.act(() => (poll.isOpen() ? receive() : {}))
  const endsAt = simulation.now() + waitSeconds * 1_000
  while (output['Messages'] === undefined && live.runs && simulation.now() < endsAt && poll.isOpen()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    const received = await live.act(() => (poll.isOpen() && poll.hasMessages() ? receive() : undefined))
    output = received ?? output
  }
  return output
}

const checkWait = (waitSeconds: number): void => {
  if (Number.isInteger(waitSeconds) && waitSeconds >= 0 && waitSeconds <= LONGEST_WAIT_SECONDS) return
  throw new ServiceError(
    'InvalidParameterValue',
    `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= ${LONGEST_WAIT_SECONDS}, if provided.`,
  )
}
