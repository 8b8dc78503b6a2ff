import type { World } from '../world/world.ts'

/** Something that a service has handed to a target, or would have, where the target is not of this world. */
interface LoggedDelivery {
  /** Counts up from 1, so that a reader can ask for what came after. */
  readonly number: number
  /** When it arrived. */
  readonly at: string
  readonly service: 'EventBridge' | 'SNS'
  /** The rule's name or the topic's ARN. */
  readonly source: string
  readonly target: string
  readonly body: string
}

/** As many as are kept. Whoever reads them is expected to come by more often than this many are made. */
const MOST_DELIVERIES = 10_000

/** What EventBridge and SNS have delivered since the beginning, newest last. */
export class DeliveryLog {
  #deliveries: LoggedDelivery[] = []
  #count = 0

  constructor({ eventBridge, sns, simulation }: Pick<World, 'eventBridge' | 'sns' | 'simulation'>) {
    const add = (delivery: Omit<LoggedDelivery, 'number' | 'at'>) => {
      const at = new Date(simulation.now()).toISOString()
      this.#add({ ...delivery, at })
    }
    eventBridge.onDelivery(({ ruleName: source, targetArn: target, body }) =>
      add({ service: 'EventBridge', source, target, body }),
    )
    sns.onDelivery(({ topicArn: source, endpoint: target, body }) =>
      add({ service: 'SNS', source, target, body }),
    )
  }

  /** Those whose number is above `number`. */
  after(number: number): readonly LoggedDelivery[] {
    return this.#deliveries.filter((delivery) => delivery.number > number)
  }

  #add(delivery: Omit<LoggedDelivery, 'number'>): void {
    this.#count += 1
    this.#deliveries.push({ number: this.#count, ...delivery })
    if (this.#deliveries.length > 2 * MOST_DELIVERIES)
      this.#deliveries = this.#deliveries.slice(-MOST_DELIVERIES)
  }
}
