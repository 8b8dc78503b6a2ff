import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'

import { asError } from '../aws/errors.ts'

interface Publisher {
  readonly clients: { readonly sns: SNSClient }
  /** Absent: nobody wants to hear. */
  readonly notificationTopicArn?: string
}

/** Publishes one JSON message. @returns the error where SNS refused it: an answer, because a drain must not wait for it. */
export const publishNotification = async (
  { clients, notificationTopicArn }: Publisher,
  message: Readonly<Record<string, unknown>>,
): Promise<Error | undefined> => {
  if (notificationTopicArn === undefined) return undefined
  const command = new PublishCommand({ TopicArn: notificationTopicArn, Message: JSON.stringify(message) })
  try {
    await clients.sns.send(command)
    return undefined
  } catch (error) {
    return asError(error)
  }
}
