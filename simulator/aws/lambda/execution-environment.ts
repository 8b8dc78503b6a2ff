import type { Context } from 'aws-lambda'
import type { Process, Simulation } from '../../engine/simulation.ts'
import type { Caller } from '../../sdk/caller.ts'
import type { FunctionSpec, LambdaHandler } from './function-spec.ts'
import type { CrashRule, InvocationResult } from './invocation.ts'

export interface EnvironmentOptions {
  readonly simulation: Simulation
  readonly spec: FunctionSpec
  readonly functionArn: string
  readonly crashRule: CrashRule
  /** How far its clock is ahead of the world's; negative: behind it. */
  readonly clockSkewMs: number
}

export interface InvocationRequest {
  readonly awsRequestId: string
  /** The event as JSON. */
  readonly payload: string
}

/** One invocation while it runs. */
interface Running extends InvocationRequest {
  readonly process: Process
  readonly end: (result: InvocationResult) => void
  waitCount: number
}

/** One execution environment: the code is loaded once, then it runs one invocation at a time. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions
  readonly #handler: LambdaHandler
  #running: Running | undefined
  #idleSince = 0

  /** @throws whatever the code throws while it is loaded. */
  constructor(options: EnvironmentOptions) {
    this.#options = options
    const { spec, simulation, clockSkewMs } = options
    const { name: functionName, variables } = spec
    this.#handler = spec.createHandler({
      functionName,
      variables,
      caller: this.#caller(),
      now: () => simulation.now() + clockSkewMs,
    })
  }

  /** When the last invocation ended. */
  get idleSince(): number {
    return this.#idleSince
  }

  /** Runs the handler. `onEnd` is called once: when it returns or throws, at its time limit, or when it crashes. */
  run(request: InvocationRequest, onEnd: (result: InvocationResult) => void): void {
    const { simulation, spec } = this.#options
    const limitMs = spec.timeoutSeconds * 1000
    const context = lambdaContext(this.#options, request, simulation.now() + limitMs)
    const timeLimit = simulation.after(limitMs, () => this.#kill('timed-out'))
    // The result is handed over by a timer: a defect in whoever takes it must stop the simulation, not the code's promise.
    const end = (result: InvocationResult) => {
      timeLimit.cancel()
      this.#idleSince = simulation.now()
      simulation.after(0, () => onEnd(result))
    }
    simulation.start(async (process) => {
      this.#running = { ...request, process, end, waitCount: 0 }
      const result = await resultOf(this.#handler, request.payload, context)
      if (!process.isKilled) end(result)
    })
  }

  #kill(kind: 'timed-out' | 'crashed'): void {
    this.#running?.process.kill()
    this.#running?.end({ kind })
  }

  /**
   * Promises that an invocation left behind belong to the next one, as in Lambda, where they are frozen between the
   * two. Here they go on at once.
   */
  #caller(): Caller {
    const { name, statements } = this.#options.spec
    return {
      name,
      statements,
      wait: (delayMs, where) => this.#wait(delayMs, where),
      invocation: () => this.#running?.awsRequestId,
    }
  }

  async #wait(delayMs: number, where = ''): Promise<void> {
    const running = this.#running
    const { spec, simulation, crashRule } = this.#options
    if (running === undefined)
      throw new Error(`${spec.name} calls AWS while its code is loaded, which is not modelled`)
    running.waitCount += 1
    const { awsRequestId, waitCount: waitNumber, process } = running
    const point = { functionName: spec.name, awsRequestId, waitNumber, where, at: simulation.now() }
    if (process.outcome.kind === 'running' && crashRule(point)) this.#kill('crashed')
    await process.wait(delayMs)
  }
}

/** A response that cannot be written as JSON fails the invocation; returning nothing writes null. */
const resultOf = async (
  handler: LambdaHandler,
  payload: string,
  context: Context,
): Promise<InvocationResult> => {
  try {
    const event: unknown = JSON.parse(payload)
    const response = await handler(event as never, context)
    return { kind: 'succeeded', response: JSON.stringify(response ?? null) }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

/** Without `done`, `fail` and `succeed`: the runtime nodejs24.x has no callbacks any more. */
const lambdaContext = (
  options: EnvironmentOptions,
  { awsRequestId }: InvocationRequest,
  deadline: number,
): Context => {
  const { simulation, spec, functionArn } = options
  const context: Omit<Context, 'done' | 'fail' | 'succeed'> = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: spec.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(spec.memoryMb),
    awsRequestId,
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: `simulated/${spec.name}`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - simulation.now()),
  }
  return context as Context
}
