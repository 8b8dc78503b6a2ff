import type {
  CreateTopicCommandInput,
  DeleteTopicCommandInput,
  GetTopicAttributesCommandInput,
  ListSubscriptionsByTopicCommandInput,
  ListTopicsCommandInput,
  PublishCommandInput,
  SubscribeCommandInput,
  Subscription as SubscriptionShape,
  UnsubscribeCommandInput,
} from '@aws-sdk/client-sns'

import { ServiceError, type Operation } from '../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import type { Sns } from './sns.ts'
import type { Subscription } from './subscription.ts'

/** The API reference of Publish: 256 KiB, and less than a hundred characters of subject. */
const MOST_MESSAGE_BYTES = 262_144
const MOST_SUBJECT_CHARACTERS = 100

/** "CreateTopic" in the API reference. FIFO topics, whose names end otherwise, are not modelled. */
const TOPIC_NAME = /^[\w-]{1,256}$/

/** The operations of SNS that the simulator models. Lists come in one page: AWS's hold a hundred. */
export const snsOperations = (sns: Sns): Readonly<Record<string, Operation>> => ({
  Publish: (input: PublishCommandInput) => publish(sns, input),
  CreateTopic: (input: CreateTopicCommandInput) => createTopic(sns, input),
  DeleteTopic: ({ TopicArn }: DeleteTopicCommandInput) => {
    sns.deleteTopic(required('TopicArn', TopicArn))
    return {}
  },
  ListTopics: (input: ListTopicsCommandInput) => {
    refuseUnmodelledMembers('ListTopics', input, [])
    return { Topics: sns.topicArns.map((TopicArn) => ({ TopicArn })) }
  },
  GetTopicAttributes: ({ TopicArn }: GetTopicAttributesCommandInput) =>
    topicAttributes(sns, required('TopicArn', TopicArn)),
  Subscribe: (input: SubscribeCommandInput) => subscribe(sns, input),
  Unsubscribe: ({ SubscriptionArn }: UnsubscribeCommandInput) => {
    sns.unsubscribe(required('SubscriptionArn', SubscriptionArn))
    return {}
  },
  ListSubscriptionsByTopic: (input: ListSubscriptionsByTopicCommandInput) => {
    refuseUnmodelledMembers('ListSubscriptionsByTopic', input, ['TopicArn'])
    const found = sns.subscriptionsOf(required('TopicArn', input.TopicArn))
    return { Subscriptions: found.map((subscription) => shapeOf(subscription, sns.accountId)) }
  },
})

const publish = (sns: Sns, input: PublishCommandInput): object => {
  refuseUnmodelledMembers('Publish', input, ['TopicArn', 'Message', 'Subject'])
  const { TopicArn, Message = '', Subject: subject } = input
  const topicArn = required('TopicArn', TopicArn)
  if (Message === '') throw invalidParameter('Empty message')
  if (Buffer.byteLength(Message) > MOST_MESSAGE_BYTES) throw invalidParameter('Message too long')
  if (subject !== undefined && (subject === '' || subject.length >= MOST_SUBJECT_CHARACTERS))
    throw invalidParameter('Subject')
  return { MessageId: sns.publish({ topicArn, message: Message, subject }) }
}

const createTopic = (sns: Sns, input: CreateTopicCommandInput): object => {
  refuseUnmodelledMembers('CreateTopic', input, ['Name'])
  const name = required('Name', input.Name)
  if (name.endsWith('.fifo')) throw notModelled('FIFO topics')
  if (!TOPIC_NAME.test(name)) throw invalidParameter('Topic Name')
  const topicArn = sns.arnOf(name)
  sns.createTopic(topicArn)
  return { TopicArn: topicArn }
}

const topicAttributes = (sns: Sns, topicArn: string): object => ({
  Attributes: {
    TopicArn: topicArn,
    Owner: sns.accountId,
    DisplayName: '',
    SubscriptionsConfirmed: String(sns.subscriptionsOf(topicArn).length),
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
  },
})

/** Queues and functions of the topic's own account need no confirmation ("Subscribe" in the API reference). */
const subscribe = (sns: Sns, input: SubscribeCommandInput): object => {
  refuseUnmodelledMembers('Subscribe', input, [
    'TopicArn',
    'Protocol',
    'Endpoint',
    'Attributes',
    'ReturnSubscriptionArn',
  ])
  const protocol = required('Protocol', input.Protocol)
  if (protocol !== 'sqs' && protocol !== 'lambda')
    throw notModelled(`Subscribe with the protocol ${protocol}`)
  const { RawMessageDelivery: raw = 'false', ...others } = input.Attributes ?? {}
  refuseUnmodelledMembers('Subscribe', others, [])
  const { arn } = sns.subscribe({
    topicArn: required('TopicArn', input.TopicArn),
    protocol,
    endpoint: required('Endpoint', input.Endpoint),
    rawMessageDelivery: raw === 'true',
  })
  return { SubscriptionArn: arn }
}

const shapeOf = (subscription: Subscription, owner: string): SubscriptionShape => ({
  SubscriptionArn: subscription.arn,
  Owner: owner,
  Protocol: subscription.protocol,
  Endpoint: subscription.endpoint,
  TopicArn: subscription.topicArn,
})

const required = (parameter: string, value: string | undefined): string => {
  if (value === undefined || value === '') throw invalidParameter(parameter)
  return value
}

const invalidParameter = (what: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${what}`)
