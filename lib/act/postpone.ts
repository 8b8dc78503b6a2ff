import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** A failed message comes back after this long at first, and after twice as long each time, within these bounds. */
const LEAST_DELAY_SECONDS = 5
const MOST_DELAY_SECONDS = 40

interface FailedMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly eventSourceARN: string
  readonly attributes: { readonly ApproximateReceiveCount: string }
}

/**
 * Lets failed messages of one queue come back soon instead of after the queue's whole visibility timeout. Where that
 * cannot be done they simply come back later, so a refusal is answered, not thrown. Messages of other queues are left.
 *
 * @returns the ids of the messages that could not be postponed.
 */
export const postpone = async (
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly FailedMessage[],
): Promise<readonly string[]> => {
  const ours = messages.filter(({ eventSourceARN }) => nameOf(eventSourceARN, ':') === nameOf(queueUrl, '/'))
  const refused: string[] = []
  for (const message of ours) {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: message.receiptHandle,
      VisibilityTimeout: delaySeconds(message),
    })
    await sqs.send(command).catch(() => refused.push(message.messageId))
  }
  return refused
}

const nameOf = (address: string, separator: string): string =>
  address.slice(address.lastIndexOf(separator) + 1)

/** Doubles with each receive, and spreads messages of one batch over time by their ids. */
export const delaySeconds = ({ messageId, attributes }: FailedMessage): number => {
  const receives = Math.max(1, Number(attributes.ApproximateReceiveCount))
  const ceiling = Math.min(MOST_DELAY_SECONDS, LEAST_DELAY_SECONDS * 2 ** receives)
  const spread = Buffer.from(messageId).reduce((sum, byte) => sum + byte, 0)
  return LEAST_DELAY_SECONDS + (spread % (ceiling - LEAST_DELAY_SECONDS + 1))
}
