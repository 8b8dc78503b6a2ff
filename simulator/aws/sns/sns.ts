import type { PublishCommandInput } from '@aws-sdk/client-sns'

import { ServiceError, type ServiceModel } from '../operation.ts'
import { refuseUnmodelledMembers } from '../unmodelled-input.ts'

export interface Publication {
  readonly topicArn: string
  readonly message: string
}

/** Simulated Amazon SNS: topics that take messages. Nobody is subscribed but whoever listens here. */
export class Sns {
  readonly #topics = new Set<string>()
  readonly #listeners: ((publication: Publication) => void)[] = []
  #published = 0

  createTopic(topicArn: string): void {
    this.#topics.add(topicArn)
  }

  onPublish(listener: (publication: Publication) => void): void {
    this.#listeners.push(listener)
  }

  get model(): ServiceModel {
    return { serviceId: 'SNS', operations: { Publish: (input: PublishCommandInput) => this.#publish(input) } }
  }

  #publish(input: PublishCommandInput): object {
    refuseUnmodelledMembers('Publish', input, ['TopicArn', 'Message'])
    const { TopicArn = '', Message = '' } = input
    if (!this.#topics.has(TopicArn)) throw new ServiceError('NotFound', 'Topic does not exist', 404)
    if (Message === '') throw new ServiceError('InvalidParameter', 'Invalid parameter: Empty message')
    this.#published += 1
    for (const listener of this.#listeners) listener({ topicArn: TopicArn, message: Message })
    return { MessageId: `00000000-0000-4000-8000-${String(this.#published).padStart(12, '0')}` }
  }
}
