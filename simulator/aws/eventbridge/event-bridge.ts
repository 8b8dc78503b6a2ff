import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import type { AwsEvent } from '../event.ts'
import type { ServiceModel } from '../operation.ts'
import { compilePattern, type EventMatcher } from './event-pattern.ts'
import { eventBridgeOperations } from './event-bridge-operations.ts'
import { bodyFor, checkTarget, type RuleSpec, type RuleTarget } from './rule.ts'
import { periodMsOf } from './schedule.ts'

/**
 * From the change of state until the target has the event. AWS publishes no bound: delivery is "best effort" for Auto
 * Scaling and ECS events alike. Some hundred milliseconds are what users see in good times.
 */
export const EVENT_LATENCY_MS = { least: 150, most: 700 } as const

/** An event as targets receive it. */
interface EventEnvelope {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

/** One event on its way to one target of one rule. */
export interface Delivery {
  readonly ruleName: string
  readonly targetArn: string
  readonly event: EventEnvelope
  /** What the target receives of it. */
  readonly body: string
}

type DeliveryPredicate = (delivery: Delivery) => boolean

interface EventBridgeOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  /** Hands a body to a queue or a function. The group is for FIFO queues. */
  readonly deliver: (targetArn: string, body: string, messageGroupId?: string) => void
}

interface Rule {
  readonly spec: RuleSpec
  readonly matches: EventMatcher
}

const never: DeliveryPredicate = () => false

/** Simulated Amazon EventBridge: the default bus of one account in one region, with pattern and schedule rules. */
export class EventBridge {
  readonly #options: EventBridgeOptions
  readonly #random: Random
  readonly #rules = new Map<string, Rule>()
  readonly #deliveryListeners: ((delivery: Delivery) => void)[] = []
  readonly #publicationListeners: ((event: AwsEvent) => void)[] = []
  #isDropped = never
  #isDuplicated = never

  constructor(options: EventBridgeOptions) {
    this.#options = options
    this.#random = options.simulation.randomFor('eventbridge')
  }

  get rules(): readonly RuleSpec[] {
    return [...this.#rules.values()].map(({ spec }) => spec)
  }

  /** Loses the deliveries that the predicate picks, until called again; without a predicate none is lost. */
  dropDeliveries(predicate: DeliveryPredicate = never): void {
    this.#isDropped = predicate
  }

  /** Delivers twice what the predicate picks: EventBridge promises at least one delivery, not exactly one. */
  duplicateDeliveries(predicate: DeliveryPredicate = never): void {
    this.#isDuplicated = predicate
  }

  /** Calls `listener` with each event at the moment of the change that it tells of, whether a rule wants it or not. */
  onPublish(listener: (event: AwsEvent) => void): void {
    this.#publicationListeners.push(listener)
  }

  /** Calls `listener` with each delivery when it arrives. */
  onDelivery(listener: (delivery: Delivery) => void): void {
    this.#deliveryListeners.push(listener)
  }

  arnOf(ruleName: string): string {
    const { region, accountId } = this.#options.account
    return `arn:aws:events:${region}:${accountId}:rule/${ruleName}`
  }

  /**
   * Adds a rule. A schedule ticks for the first time one period from now.
   *
   * @throws {Error} naming the rule and what EventBridge would refuse or the simulator does not model.
   */
  putRule(spec: RuleSpec): void {
    if (this.#rules.has(spec.name)) throw new Error(`a rule named ${spec.name} exists already`)
    this.setRule(spec)
  }

  /**
   * Adds a rule, or puts it in the place of the one that has its name. What is on its way already arrives.
   *
   * @throws {Error} as `putRule` does.
   */
  setRule(spec: RuleSpec): void {
    try {
      const rule = compileRule(spec)
      if (spec.scheduleExpression !== undefined) this.#tickEvery(periodMsOf(spec.scheduleExpression), spec)
      this.#rules.set(spec.name, rule)
    } catch (cause) {
      throw new Error(`rule ${spec.name}: ${(cause as Error).message}`, { cause })
    }
  }

  /** Ends a rule and its schedule. What was on its way arrives. */
  deleteRule(name: string): void {
    this.#rules.delete(name)
  }

  /** What an SDK client may call. */
  get model(): ServiceModel {
    return { serviceId: 'EventBridge', operations: eventBridgeOperations(this) }
  }

  /** Sends an event through the rules. An arrow so that it can be handed out as `PublishEvent`. */
  readonly publish = (event: AwsEvent): void => {
    this.put(event)
  }

  /** @returns the id that the bus gave the event. */
  put(event: AwsEvent): string {
    for (const listener of this.#publicationListeners) listener(event)
    const envelope = this.#envelope(event)
    for (const { spec, matches } of this.#rules.values()) {
      if (spec.state === 'ENABLED' && matches(envelope)) this.#deliverToTargets(spec, envelope)
    }
    return envelope.id
  }

  #tickEvery(periodMs: number, spec: RuleSpec): void {
    if (spec.state === 'DISABLED') return
    this.#options.simulation.after(periodMs, () => {
      if (this.#rules.get(spec.name)?.spec !== spec) return
      this.#deliverToTargets(spec, this.#envelope(scheduledEvent(this.arnOf(spec.name))))
      this.#tickEvery(periodMs, spec)
    })
  }

  #envelope({ source, detailType, resources, detail }: AwsEvent): EventEnvelope {
    const { account, simulation } = this.#options
    return {
      version: '0',
      id: uuid(this.#random),
      'detail-type': detailType,
      source,
      account: account.accountId,
      time: `${new Date(simulation.now()).toISOString().slice(0, 19)}Z`,
      region: account.region,
      resources,
      detail,
    }
  }

  #deliverToTargets(spec: RuleSpec, event: EventEnvelope): void {
    for (const target of spec.targets) {
      const body = bodyFor(target, event)
      const delivery: Delivery = { ruleName: spec.name, targetArn: target.arn, event, body }
      if (this.#isDropped(delivery)) continue
      this.#deliverLater(delivery, target)
      if (this.#isDuplicated(delivery)) this.#deliverLater(delivery, target)
    }
  }

  /** The body is written now: what the publisher does to its objects later must not change the event. */
  #deliverLater(delivery: Delivery, target: RuleTarget): void {
    const latencyMs = this.#random.integer(EVENT_LATENCY_MS.least, EVENT_LATENCY_MS.most)
    this.#options.simulation.after(latencyMs, () => {
      this.#options.deliver(target.arn, delivery.body, target.messageGroupId)
      for (const listener of this.#deliveryListeners) listener(delivery)
    })
  }
}

const compileRule = (spec: RuleSpec): Rule => {
  if (spec.eventPattern === undefined && spec.scheduleExpression === undefined) {
    throw new Error('a rule needs an event pattern or a schedule expression')
  }
  spec.targets.forEach(checkTarget)
  return { spec, matches: spec.eventPattern === undefined ? () => false : compilePattern(spec.eventPattern) }
}

const scheduledEvent = (ruleArn: string): AwsEvent => ({
  source: 'aws.events',
  detailType: 'Scheduled Event',
  resources: [ruleArn],
  detail: {},
})
