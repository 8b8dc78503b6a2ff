import { ServiceError, type Operation, type ServiceModel } from '../aws/operation.ts'
import { NOT_MODELLED } from '../aws/unmodelled-input.ts'
import type { Random } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Call, CallFault, CallFaults } from './call-fault.ts'
import type { CallObserver } from './call-record.ts'
import type { Caller } from './caller.ts'
import { accessDenied, actionOf, isAllowed, type TagsOf } from './permission.ts'
import { plainCopy } from './plain-copy.ts'
import { resourcesOf, type Resource, type ResourceGround } from './resource.ts'
import { sdkException, type ErrorSettings } from './sdk-exception.ts'

/** How long a call takes, there and back, within a region. Half of it passes before the effect, half after. */
export const CALL_LATENCY_MS = { least: 8, most: 40 } as const

export interface SdkTransportOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly models: readonly ServiceModel[]
  /** Called with every call when it has had its effect. */
  readonly onCall?: CallObserver
  /** Asked before every call. */
  readonly faults?: CallFaults
  /** For roles that are limited by tags. Absent: no resource has any. */
  readonly tagsOf?: TagsOf
  /** For roles that are limited to groups. Absent: no instance is in one. */
  readonly groupOf?: ResourceGround['groupOf']
}

/** What this file needs of an SDK client, whichever service it is for. `never`: each has middleware types of its own. */
export interface SdkClient {
  readonly config: { readonly serviceId: string }
  readonly middlewareStack: { add(middleware: never, options: typeof BEFORE_EVERYTHING): void }
}

/** Nothing of the SDK comes earlier: neither serialising nor signing nor retrying takes part. */
const BEFORE_EVERYTHING = { step: 'initialize', priority: 'high' } as const

/** A middleware at that step. It answers by itself and never calls the next one. */
type Middleware = (
  next: unknown,
  context: { readonly commandName?: string },
) => (request: {
  readonly input: Call['input']
}) => Promise<{ readonly output: object; readonly response: undefined }>

interface Connection {
  readonly model: ServiceModel
  readonly caller: Caller
  readonly errors: ErrorSettings
}

type Answer = { readonly hadEffect: boolean } & (
  { readonly output: object; readonly error?: undefined } | { readonly error: ServiceError }
)

/**
 * Carries the calls of real SDK clients to the simulated services: every call waits for its latency in virtual time
 * and has its effect in the middle of it. The clients need neither region nor credentials. Retries and time limits of
 * the SDK do not take part: they belong to a later step of its middleware than the one at which calls are answered.
 */
export class SdkTransport {
  readonly #options: SdkTransportOptions
  readonly #random: Random
  readonly #refusals: string[] = []
  readonly #slowedInvocations = new Set<string>()

  constructor(options: SdkTransportOptions) {
    this.#options = options
    this.#random = options.simulation.randomFor('sdk calls')
  }

  /**
   * What was asked of a service and is not modelled. The error rejects the call too, but code under test may catch it:
   * whoever judges a run should find this empty.
   */
  get refusals(): readonly string[] {
    return this.#refusals
  }

  /** Request ids of the invocations of which somebody made a call slow, whether or not its effect was lived to see. */
  get slowedInvocations(): ReadonlySet<string> {
    return this.#slowedInvocations
  }

  /** @throws {Error} when no model answers for the client's service. */
  attach(client: SdkClient, caller: Caller): void {
    const connection = this.#connect(client, caller)
    const middleware: Middleware =
      (_next, { commandName = 'UnnamedCommand' }) =>
      async ({ input }) => {
        const output = await this.#call(connection, commandName.replace(/Command$/, ''), input)
        return { output, response: undefined }
      }
    client.middlewareStack.add(middleware as never, BEFORE_EVERYTHING)
  }

  /**
   * Carries a call of somebody who speaks to a service without the SDK.
   *
   * @throws {ServiceError} as the service answers.
   */
  async ask(caller: Caller, { service, operation, input }: Omit<Call, 'caller'>): Promise<object> {
    const answer = await this.#exchange({ model: this.#model(service), caller }, operation, input)
    if (answer.error !== undefined) throw answer.error
    return answer.output
  }

  #connect(client: SdkClient, caller: Caller): Connection {
    return { model: this.#model(client.config.serviceId), caller, errors: errorSettings(client) }
  }

  #model(serviceId: string): ServiceModel {
    const model = this.#options.models.find((model) => model.serviceId === serviceId)
    if (model === undefined) throw new Error(`the simulator does not model the service ${serviceId}`)
    return model
  }

  /** A repetition waits once more between two effects, as the SDK does between its attempts. */
  async #call(connection: Connection, name: string, input: Call['input']): Promise<object> {
    const answer = await this.#exchange(connection, name, input)
    if (answer.error !== undefined) throw sdkException(answer.error, connection.errors)
    const output = connection.model.present?.(answer.output) ?? answer.output
    return { $metadata: { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 }, ...output }
  }

  async #exchange(
    { model, caller }: Pick<Connection, 'model' | 'caller'>,
    name: string,
    input: Call['input'],
  ): Promise<Answer> {
    const operation = this.#operation(model, name)
    const call: Call = {
      service: model.serviceId,
      operation: name,
      caller: caller.name,
      input: plainCopy(input),
    }
    const fault = this.#options.faults?.(call)
    const invocation = caller.invocation?.()
    if (fault?.kind === 'slow' && invocation !== undefined) this.#slowedInvocations.add(invocation)
    const latencyMs = this.#random.integer(CALL_LATENCY_MS.least, CALL_LATENCY_MS.most) + slownessMs(fault)
    const outwardMs = Math.floor(latencyMs / 2)
    await caller.wait(outwardMs, `before ${name}`)
    if (fault?.kind === 'repeated') {
      this.#takeEffect({ call, caller, fault, invocation }, operation)
      await caller.wait(latencyMs, `between two of ${name}`)
    }
    const answer = this.#takeEffect({ call, caller, fault, invocation }, operation)
    await caller.wait(latencyMs - outwardMs, `after ${name}`)
    return answer
  }

  #operation(model: ServiceModel, name: string): Operation {
    const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined
    if (operation !== undefined) return operation
    throw this.#refuse(`the simulated ${model.serviceId} does not model ${name}`)
  }

  #refuse(message: string): Error {
    this.#refusals.push(message)
    return new Error(message)
  }

  #takeEffect(planned: Attempt, operation: Operation): Answer {
    const attempt = { ...planned, fault: faultNow(planned.fault) }
    const answer = this.#answer(attempt, operation)
    const at = this.#options.simulation.now()
    const fault = attempt.fault && { fault: attempt.fault.kind }
    const invocation = attempt.invocation !== undefined && { invocation: attempt.invocation }
    const { error, hadEffect } = answer
    this.#options.onCall?.({ ...attempt.call, at, hadEffect, error: error?.code, ...invocation, ...fault })
    return answer
  }

  #answer({ call, caller, fault }: Attempt, operation: Operation): Answer {
    try {
      if (fault?.kind === 'refused') return { error: fault.error, hadEffect: false }
      checkPermission(call, caller, this.#options)
      if (fault?.kind === 'items-failed') return { output: plainCopy(outputOf(fault)), hadEffect: false }
      if (fault?.kind === 'stale') return { output: plainCopy(fault.output), hadEffect: false }
      const output = plainCopy(operation(inputOf(call, fault) as never))
      const hadEffect = true
      return fault?.kind === 'answer-lost' ? { error: fault.error, hadEffect } : { output, hadEffect }
    } catch (error) {
      if (error instanceof ServiceError && error.code !== NOT_MODELLED)
        return { error: this.#asTold(error, call, caller), hadEffect: false }
      throw this.#refuse((error as Error).message)
    }
  }

  /**
   * Who may not list a bucket is not told which objects are missing ("GetObject": without `s3:ListBucket` the answer is 403
   * instead of 404).
   */
  #asTold(error: ServiceError, call: Call, { statements }: Caller): ServiceError {
    if (error.code !== 'NoSuchKey' || statements === undefined) return error
    const [resource] = resourcesOf({ ...call, operation: 'ListObjectsV2' }, this.#options.account)
    if (isAllowed(statements, { action: actionOf('S3', 'ListObjectsV2'), resource })) return error
    return accessDenied('S3', actionOf('S3', call.operation))
  }
}

/** One call on its way, who makes it, and what goes wrong with it. */
interface Attempt {
  readonly call: Call
  readonly caller: Caller
  readonly fault: CallFault | undefined
  readonly invocation: string | undefined
}

const checkPermission = (
  call: Call,
  { statements }: Caller,
  { account, tagsOf, groupOf }: Pick<SdkTransportOptions, 'account' | 'tagsOf' | 'groupOf'>,
): void => {
  if (statements === undefined) return
  const action = actionOf(call.service, call.operation)
  const resources = resourcesOf(call, { ...account, ...(groupOf && { groupOf }) })
  const requests = resources.length > 0 ? resources : [undefined]
  const isPermitted = (resource: Resource | undefined) =>
    isAllowed(statements, { action, resource, ...(tagsOf && { tagsOf }) })
  if (requests.every(isPermitted)) return
  throw accessDenied(call.service, action)
}

/** The registries are runtime properties of every client; the SDK's types leave them out. */
const errorSettings = (client: SdkClient): ErrorSettings => {
  const { protocolSettings } = client.config as {
    readonly protocolSettings?: {
      readonly errorTypeRegistries?: ErrorSettings['registries']
      readonly awsQueryCompatible?: boolean
    }
  }
  return {
    registries: protocolSettings?.errorTypeRegistries ?? [],
    isQueryCompatible: protocolSettings?.awsQueryCompatible === true,
  }
}

/** Whether there is an older answer is known when the call arrives. */
const faultNow = (fault: CallFault | undefined): CallFault | undefined => {
  if (fault?.kind !== 'stale' || typeof fault.output !== 'function') return fault
  const output = (fault.output as () => object | undefined)()
  return output && { kind: 'stale', output }
}

const outputOf = ({ output }: Extract<CallFault, { readonly kind: 'items-failed' }>): object =>
  typeof output === 'function' ? (output as () => object)() : output

const inputOf = ({ input }: Call, fault: CallFault | undefined): Call['input'] =>
  fault?.kind === 'paged' ? { ...input, ...fault.pageSize } : input

const slownessMs = (fault: CallFault | undefined): number => (fault?.kind === 'slow' ? fault.extraMs : 0)
