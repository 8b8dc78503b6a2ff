import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import { snsOperations } from './sns-operations.ts'
import { bodyFor, type Publication, type Subscription } from './subscription.ts'

/**
 * From the publication until a subscriber has the message. AWS publishes no bound; tens to hundreds of milliseconds are
 * what users see.
 */
const DELIVERY_LATENCY_MS = { least: 20, most: 300 } as const

/** A message as a subscriber got it. */
interface SnsDelivery {
  readonly topicArn: string
  readonly endpoint: string
  readonly body: string
}

interface SnsOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  /** Hands a message to a queue or function, if it is one of this world. */
  readonly deliver: (endpointArn: string, body: string) => void
}

/** Simulated Amazon SNS: standard topics, and subscriptions of queues and functions. */
export class Sns {
  readonly #options: SnsOptions
  readonly #random: Random
  readonly #subscriptionsOf = new Map<string, Map<string, Subscription>>()
  readonly #listeners: ((publication: Publication) => void)[] = []
  readonly #deliveryListeners: ((delivery: SnsDelivery) => void)[] = []

  constructor(options: SnsOptions) {
    this.#options = options
    this.#random = options.simulation.randomFor('sns')
  }

  get model(): ServiceModel {
    return { serviceId: 'SNS', operations: snsOperations(this) }
  }

  get topicArns(): readonly string[] {
    return [...this.#subscriptionsOf.keys()]
  }

  get accountId(): string {
    return this.#options.account.accountId
  }

  arnOf(topicName: string): string {
    return `arn:aws:sns:${this.#options.account.region}:${this.accountId}:${topicName}`
  }

  /** Creating a topic that exists is no error. */
  createTopic(topicArn: string): void {
    if (!this.#subscriptionsOf.has(topicArn)) this.#subscriptionsOf.set(topicArn, new Map())
  }

  /** With all its subscriptions; deleting a topic that does not exist is no error. */
  deleteTopic(topicArn: string): void {
    this.#subscriptionsOf.delete(topicArn)
  }

  /** @throws {ServiceError} `NotFound` */
  subscriptionsOf(topicArn: string): readonly Subscription[] {
    return [...this.#topic(topicArn).values()]
  }

  /**
   * Subscribing the same endpoint twice gives the same subscription.
   *
   * @throws {ServiceError} `NotFound`
   */
  subscribe(wanted: Omit<Subscription, 'arn'>): Subscription {
    const subscriptions = this.#topic(wanted.topicArn)
    const same = [...subscriptions.values()].find(
      ({ protocol, endpoint }) => protocol === wanted.protocol && endpoint === wanted.endpoint,
    )
    const subscription = { ...wanted, arn: same?.arn ?? `${wanted.topicArn}:${uuid(this.#random)}` }
    subscriptions.set(subscription.arn, subscription)
    return subscription
  }

  /** Ending a subscription that does not exist is no error. */
  unsubscribe(subscriptionArn: string): void {
    for (const subscriptions of this.#subscriptionsOf.values()) subscriptions.delete(subscriptionArn)
  }

  /** Calls `listener` with each message in the moment of its publication. */
  onPublish(listener: (publication: Publication) => void): void {
    this.#listeners.push(listener)
  }

  /** Calls `listener` with each message when it has come to a subscriber. */
  onDelivery(listener: (delivery: SnsDelivery) => void): void {
    this.#deliveryListeners.push(listener)
  }

  /**
   * @returns the id of the message.
   * @throws {ServiceError} `NotFound`
   */
  publish({ topicArn, message, subject }: Omit<Publication, 'messageId' | 'at'>): string {
    const subscriptions = this.#topic(topicArn)
    const at = this.#options.simulation.now()
    const publication = { topicArn, message, subject, messageId: uuid(this.#random), at }
    for (const listener of this.#listeners) listener(publication)
    for (const subscription of subscriptions.values()) this.#deliverLater(publication, subscription)
    return publication.messageId
  }

  #deliverLater(publication: Publication, subscription: Subscription): void {
    const { topicArn, endpoint } = subscription
    const latencyMs = this.#random.integer(DELIVERY_LATENCY_MS.least, DELIVERY_LATENCY_MS.most)
    this.#options.simulation.after(latencyMs, () => {
      const body = bodyFor(subscription, publication)
      this.#options.deliver(endpoint, body)
      for (const listener of this.#deliveryListeners) listener({ topicArn, endpoint, body })
    })
  }

  #topic(topicArn: string): Map<string, Subscription> {
    const subscriptions = this.#subscriptionsOf.get(topicArn)
    if (subscriptions === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404)
    return subscriptions
  }
}
