/** A message that was published to a topic. `at` is milliseconds since 1970. */
export interface Publication {
  readonly topicArn: string
  readonly message: string
  readonly subject: string | undefined
  readonly messageId: string
  readonly at: number
}

export interface Subscription {
  readonly arn: string
  readonly topicArn: string
  readonly protocol: 'sqs' | 'lambda'
  /** The ARN of a queue or a function. */
  readonly endpoint: string
  /** Whether a queue gets the message alone, without its envelope. */
  readonly rawMessageDelivery: boolean
}

/** What a subscriber receives ("Amazon SNS message and JSON formats", "Amazon SNS raw message delivery"). */
export const bodyFor = (subscription: Subscription, publication: Publication): string => {
  if (subscription.rawMessageDelivery) return publication.message
  const envelope = envelopeOf(subscription, publication)
  return JSON.stringify(subscription.protocol === 'lambda' ? lambdaEvent(subscription, envelope) : envelope)
}

const envelopeOf = (
  { arn, topicArn }: Subscription,
  { messageId, subject, message, at }: Publication,
): Readonly<Record<string, unknown>> => {
  const [, , , region = ''] = topicArn.split(':')
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: '1',
    // Nothing here is signed, and a subscriber that checks must see that it is not.
    Signature: 'SIMULATED',
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-simulated.pem`,
    UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`,
  }
}

/** For a function two keys end in `Url`, and attributes are always there ("Using Lambda with Amazon SNS"). */
const lambdaEvent = (
  { arn }: Subscription,
  { SigningCertURL, UnsubscribeURL, ...envelope }: Readonly<Record<string, unknown>>,
): object => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: arn,
      Sns: {
        ...envelope,
        SigningCertUrl: SigningCertURL,
        UnsubscribeUrl: UnsubscribeURL,
        MessageAttributes: {},
      },
    },
  ],
})
