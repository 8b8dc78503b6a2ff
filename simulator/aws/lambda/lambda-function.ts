import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import {
  ExecutionEnvironment,
  type EnvironmentOptions,
  type InvocationRequest,
} from './execution-environment.ts'
import type { FunctionSpec } from './function-spec.ts'
import type { CrashRule, EnvironmentFaults, InvocationRecord, InvocationResult } from './invocation.ts'
import type { InvokePermission } from './invoke-permission.ts'

/** Loading a bundle of about 1 MiB. AWS says: from under 100 ms to over a second. */
export const COLD_START_MS = { least: 200, most: 600 } as const

/** An idle environment is thrown away after this. AWS names no number; users see 5 to 15 minutes. */
export const IDLE_ENVIRONMENT_KEPT_MS = 600_000

interface FunctionContext {
  readonly simulation: Simulation
  readonly arn: string
  readonly crashRule: CrashRule
  readonly faults: () => EnvironmentFaults
  readonly onInvocation: (record: InvocationRecord) => void
}

interface Start extends InvocationRequest {
  readonly initMs: number
  readonly onEnd: (result: InvocationResult) => void
}

/** One function and its execution environments: as many as invocations run at once. */
export class LambdaFunction {
  readonly arn: string
  readonly #context: FunctionContext
  readonly #random: Random
  /** The function's own policy: whom it lets in beside the account's own people. */
  readonly permissions = new Set<InvokePermission>()
  #spec: FunctionSpec
  #idle: ExecutionEnvironment[] = []

  constructor(spec: FunctionSpec, context: FunctionContext) {
    this.#spec = spec
    this.arn = context.arn
    this.#context = context
    this.#random = context.simulation.randomFor(`lambda ${spec.name}`)
    for (const permission of spec.permissions ?? []) this.permissions.add(permission)
  }

  get spec(): FunctionSpec {
    return this.#spec
  }

  /** What runs goes on as it was; nothing that waits for the next call is kept. */
  update(spec: FunctionSpec): void {
    this.#spec = spec
    this.#idle = []
  }

  /** Runs the function on `payload`, which is JSON. `onEnd` is called exactly once, in virtual time. */
  invoke(payload: string, onEnd: (result: InvocationResult) => void): void {
    const request = { awsRequestId: uuid(this.#random), payload, onEnd }
    const environment = this.#takeIdle()
    if (environment === undefined) this.#startCold(request)
    else if (this.#context.faults().isStartedCold()) {
      this.#idle.push(environment)
      this.#startCold(request)
    } else this.#run(environment, { ...request, initMs: 0 })
  }

  #startCold(request: Omit<Start, 'initMs'>): void {
    const initMs = this.#random.integer(COLD_START_MS.least, COLD_START_MS.most)
    const { simulation, arn: functionArn, crashRule, faults } = this.#context
    simulation.after(initMs, () => {
      const start = { ...request, initMs }
      const environment = load({
        simulation,
        functionArn,
        crashRule,
        clockSkewMs: faults().clockSkewMs(),
        spec: this.spec,
      })
      if (environment instanceof ExecutionEnvironment) this.#run(environment, start)
      else this.#end(start, simulation.now(), environment)
    })
  }

  #run(environment: ExecutionEnvironment, start: Start): void {
    const startedAt = this.#context.simulation.now()
    const { spec } = this
    environment.run(start, (result) => {
      const isUpToDate = spec === this.#spec
      if (isUpToDate && (result.kind === 'succeeded' || result.kind === 'failed'))
        this.#idle.push(environment)
      this.#end(start, startedAt, result)
    })
  }

  #end(start: Start, startedAt: number, result: InvocationResult): void {
    const endedAt = this.#context.simulation.now()
    this.#context.onInvocation({
      functionName: this.spec.name,
      awsRequestId: start.awsRequestId,
      payload: start.payload,
      startedAt,
      endedAt,
      result,
      isColdStart: start.initMs > 0,
      billedMs: start.initMs + Math.max(1, Math.ceil(endedAt - startedAt)),
      memoryMb: this.spec.memoryMb,
    })
    start.onEnd(result)
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    const keptSince = this.#context.simulation.now() - IDLE_ENVIRONMENT_KEPT_MS
    this.#idle = this.#idle.filter(({ idleSince }) => idleSince >= keptSince)
    return this.#idle.pop()
  }
}

/** Code that throws while it is loaded fails the invocation that needed it. */
const load = (options: EnvironmentOptions): ExecutionEnvironment | InvocationResult => {
  try {
    return new ExecutionEnvironment(options)
  } catch (error) {
    return { kind: 'failed', error }
  }
}
