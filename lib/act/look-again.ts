import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { during } from '../aws/errors.ts'
import type { LastNotice } from '../decide/facts.ts'
import { writeLookAgain } from '../signals/look-again.ts'

interface LookAgainRequest {
  readonly sqs: SQSClient
  readonly wakesQueueUrl: string
  readonly delaySeconds: number
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly hop: number
  readonly occurredAt: number
  readonly notice?: LastNotice
}

/** Asks for one more look at an instance after some seconds. Losing it costs at most a minute: resync looks anyway. */
export const sendLookAgain = async (request: LookAgainRequest): Promise<void> => {
  const { sqs, wakesQueueUrl, delaySeconds, ...about } = request
  const command = new SendMessageCommand({
    QueueUrl: wakesQueueUrl,
    DelaySeconds: delaySeconds,
    MessageBody: writeLookAgain(about),
  })
  await during(`asking for another look at ${about.instanceId}`, () => sqs.send(command))
}
