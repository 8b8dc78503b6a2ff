import type { Simulation } from '../../engine/simulation.ts'
import type { Sqs } from '../sqs/sqs.ts'
import { EventSourceMapping, type EventSourceMappingSpec } from './event-source-mapping.ts'
import type { FunctionSpec } from './function-spec.ts'
import type { CrashPoint, CrashRule, EnvironmentFaults, InvocationRecord } from './invocation.ts'
import { LambdaFunction } from './lambda-function.ts'
import {
  invokeSynchronously,
  type SynchronousOutcome,
  type SynchronousRequest,
} from './synchronous-invocation.ts'

/** An asynchronous invocation that failed is tried twice more ("How Lambda handles errors … asynchronous invocation"). */
const ASYNC_RETRY_DELAYS_MS = [60_000, 120_000] as const

/** "Configuring error handling settings for asynchronous invocations": how old an event may become, if nothing is set. */
const DEFAULT_MAXIMUM_EVENT_AGE_SECONDS = 21_600

interface LambdaOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
}

const never: CrashRule = () => false

const sound: EnvironmentFaults = { isStartedCold: () => false, clockSkewMs: () => 0 }

/** Simulated AWS Lambda: functions of one account in one region, and their event source mappings on SQS. */
export class Lambda {
  readonly #options: LambdaOptions
  readonly #functions = new Map<string, LambdaFunction>()
  readonly #invocationListeners: ((record: InvocationRecord) => void)[] = []
  readonly #droppedEventListeners: ((functionName: string, payload: string) => void)[] = []
  #crashRule = never
  #environmentFaults = sound

  constructor(options: LambdaOptions) {
    this.#options = options
  }

  /** Kills invocations at the waits that the rule picks, from now on; without a rule none. */
  crashAt(rule: CrashRule = never): void {
    this.#crashRule = rule
  }

  /** What is wrong with environments from now on; by default nothing. Clocks that are wrong stay so. */
  setEnvironmentFaults(faults: EnvironmentFaults = sound): void {
    this.#environmentFaults = faults
  }

  /** Calls `listener` with each invocation that has ended. */
  onInvocation(listener: (record: InvocationRecord) => void): void {
    this.#invocationListeners.push(listener)
  }

  /** Calls `listener` with each asynchronous event whose retries have all failed. */
  onDroppedEvent(listener: (functionName: string, payload: string) => void): void {
    this.#droppedEventListeners.push(listener)
  }

  arnOf(functionName: string): string {
    const { region, accountId } = this.#options.account
    return `arn:aws:lambda:${region}:${accountId}:function:${functionName}`
  }

  createFunction(spec: FunctionSpec): LambdaFunction {
    const arn = this.arnOf(spec.name)
    if (this.#functions.has(arn)) throw new Error(`a function named ${spec.name} exists already`)
    const created = new LambdaFunction(spec, {
      simulation: this.#options.simulation,
      arn,
      crashRule: (point: CrashPoint) => this.#crashRule(point),
      faults: () => this.#environmentFaults,
      onInvocation: (record) => this.#invocationListeners.forEach((listener) => listener(record)),
    })
    this.#functions.set(arn, created)
    return created
  }

  /** Gives a function new code and settings: who calls it from now on meets a new execution environment. */
  updateFunction(spec: FunctionSpec): void {
    this.functionByArn(this.arnOf(spec.name)).update(spec)
  }

  /** @throws {Error} naming what Lambda refuses, such as a time limit above the queue's visibility timeout. */
  createEventSourceMapping(spec: EventSourceMappingSpec, sqs: Sqs): EventSourceMapping {
    return new EventSourceMapping(spec, {
      queue: sqs.queueByArn(spec.queueArn),
      function: this.functionByArn(spec.functionArn),
      simulation: this.#options.simulation,
    })
  }

  has(functionArn: string): boolean {
    return this.#functions.has(functionArn)
  }

  /** @throws {Error} when there is no such function. */
  functionByArn(arn: string): LambdaFunction {
    const found = this.#functions.get(arn)
    if (found === undefined) throw new Error(`there is no function ${arn}`)
    return found
  }

  /** Deletes a function. Invocations that run go on; mappings and schedules that name it must go before. */
  deleteFunction(arn: string): void {
    this.#functions.delete(arn)
  }

  /** Invokes synchronously, as a custom termination policy is: the caller gets the outcome and nothing is tried again. */
  invoke(request: SynchronousRequest, onEnd: (outcome: SynchronousOutcome) => void): void {
    const invoked = this.#functions.get(request.functionArn)
    invokeSynchronously(this.#options.simulation, { request, invoked }, onEnd)
  }

  /** Invokes asynchronously, as EventBridge does, with Lambda's retries as far as the function allows them. */
  invokeAsync(functionArn: string, payload: string): void {
    const invoked = this.functionByArn(functionArn)
    const { maximumRetryAttempts, maximumEventAgeSeconds = DEFAULT_MAXIMUM_EVENT_AGE_SECONDS } = invoked.spec
    const expiresAt = this.#options.simulation.now() + maximumEventAgeSeconds * 1000
    this.#attempt({ invoked, payload, expiresAt }, ASYNC_RETRY_DELAYS_MS.slice(0, maximumRetryAttempts))
  }

  #attempt(event: AsyncEvent, [delayMs, ...laterDelaysMs]: readonly number[]): void {
    const { simulation } = this.#options
    event.invoked.invoke(event.payload, (result) => {
      if (result.kind === 'succeeded') return
      if (delayMs === undefined || simulation.now() + delayMs > event.expiresAt) this.#drop(event)
      else simulation.after(delayMs, () => this.#attempt(event, laterDelaysMs))
    })
  }

  #drop({ invoked, payload }: AsyncEvent): void {
    for (const listener of this.#droppedEventListeners) listener(invoked.spec.name, payload)
  }
}

interface AsyncEvent {
  readonly invoked: LambdaFunction
  readonly payload: string
  readonly expiresAt: number
}
