import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

import { asError } from '../aws/errors.ts'

interface Wake {
  readonly sqs: SQSClient
  readonly capacityQueueUrl: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Drains that lack room within this time ask once: one snapshot answers them all. */
const TOGETHER_MS = 10_000

/**
 * Asks for a snapshot of the cluster now, because a drain lacks room.
 *
 * @returns the error where it could not be asked for: the next minute's snapshot sees the same, and the drain goes on.
 */
export const wakeCapacity = async ({ sqs, capacityQueueUrl, now }: Wake): Promise<Error | undefined> => {
  const command = new SendMessageCommand({
    QueueUrl: capacityQueueUrl,
    MessageGroupId: 'capacity',
    MessageDeduplicationId: `no-capacity-${Math.floor(now / TOGETHER_MS)}`,
    MessageBody: JSON.stringify({ ebbtide: 'no-capacity' }),
  })
  try {
    await sqs.send(command)
    return undefined
  } catch (error) {
    return asError(error)
  }
}
