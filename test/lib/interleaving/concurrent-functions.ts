import { setImmediate } from 'node:timers/promises'

import type fc from 'fast-check'

import { createClients, type Clients } from '../../../lib/aws/clients.ts'
import { createEnvironment, type Environment } from '../../../lib/lifecycle/environment.ts'
import { handleSignals } from '../../../lib/lifecycle/handle-signals.ts'
import { resync } from '../../../lib/lifecycle/resync.ts'
import { readSettings } from '../../../lib/settings.ts'
import { START } from '../decide/facts-of.ts'
import { environment as variables } from '../settings-environment.ts'
import { DRAIN_TIMEOUT_SECONDS, GROUP, HOOK, INSTANCE_ID, type LeavingInstance } from './leaving-instance.ts'

type Input = Readonly<Record<string, unknown>>
type Call = (operation: string, input: Input) => Promise<object>

const settings = readSettings({
  ...variables,
  EBBTIDE_GROUPS: GROUP,
  EBBTIDE_HOOK_NAME: HOOK,
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: String(DRAIN_TIMEOUT_SECONDS),
  EBBTIDE_HEALTH: 'off',
})

/** All invocations of a story together take some hundred turns. */
const MOST_TURNS = 10_000

/** What Auto Scaling sends when the hook begins to wait. */
const hookMessage = JSON.stringify({
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  LifecycleHookName: HOOK,
  AutoScalingGroupName: GROUP,
  EC2InstanceId: INSTANCE_ID,
  Service: 'AWS Auto Scaling',
  Time: new Date(START).toISOString(),
  LifecycleActionToken: '71514b9d-6a40-4b26-8523-05e7eeaf88d6',
})

/** SDK clients are dear to build, so each serves one invocation after another, of whatever run. */
interface Line {
  readonly clients: Clients
  call: Call
}

const idleLines: Line[] = []

const newLine = (): Line => {
  const line: Line = {
    clients: createClients(),
    call: () => Promise.reject(new Error('nobody is asked yet')),
  }
  for (const client of Object.values(line.clients)) answerBy(client as SdkClient, line)
  return line
}

/** Nothing of the SDK comes earlier: neither serialising nor signing nor retrying takes part. */
const BEFORE_EVERYTHING = { step: 'initialize', priority: 'high' } as const

interface SdkClient {
  readonly middlewareStack: { add(middleware: never, options: typeof BEFORE_EVERYTHING): void }
}

const answerBy = (client: SdkClient, line: Line): void => {
  const middleware =
    (_next: unknown, { commandName = '' }: { readonly commandName?: string }) =>
    async ({ input }: { readonly input: Input }) => ({
      output: await line.call(commandName.replace(/Command$/, ''), input),
      response: undefined,
    })
  client.middlewareStack.add(middleware as never, BEFORE_EVERYTHING)
}

/** One execution environment of a Lambda function, which runs one invocation at a time. */
interface Sandbox {
  readonly line: Line
  readonly environment: Environment
  isKilled: boolean
}

/**
 * Ebbtide's functions beside a leaving instance: any number of invocations at once. Every call to AWS waits for its turn
 * before it takes effect and once more before it is answered, and the scheduler deals the turns.
 */
export class ConcurrentFunctions {
  /** What invocations came to that failed without cause. */
  readonly unexpected: unknown[] = []
  #fault: 'before' | 'after' | undefined
  #hasFailed = false
  #turns: 'dealt' | 'at-once' = 'dealt'
  readonly #idle: Sandbox[] = []
  readonly #busy = new Set<Sandbox>()

  readonly #world: LeavingInstance
  readonly #scheduler: fc.Scheduler

  constructor(world: LeavingInstance, scheduler: fc.Scheduler) {
    this.#world = world
    this.#scheduler = scheduler
  }

  deliverHookMessage(): Promise<void> {
    return this.#deliver(hookMessage)
  }

  /** Delivers a look-again message whose time has come, if there is one. */
  async deliverLookAgain(): Promise<void> {
    const { lookAgains, now } = this.#world
    const index = lookAgains.findIndex(({ dueAt }) => dueAt <= now)
    const [message] = index < 0 ? [] : lookAgains.splice(index, 1)
    if (message !== undefined) await this.#deliver(message.body)
  }

  resync(): Promise<void> {
    return this.#invoke(({ environment }) => resync(environment))
  }

  /** The next call of whichever invocation fails, before or after its effect. */
  failNextCall(when: 'before' | 'after'): void {
    this.#fault = when
    this.#hasFailed = true
  }

  /** The oldest invocation is killed where it stands: nothing that it waits for ever comes. */
  killOldest(): void {
    const [oldest] = this.#busy
    if (oldest === undefined) return
    oldest.isKilled = true
    this.#busy.delete(oldest)
  }

  /** Lets the scheduler deal so many turns, as far as there are calls that wait for one. */
  async deal(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      // What was answered goes on to its next call first.
      await setImmediate()
      if (this.#scheduler.count() > 0) await this.#scheduler.waitNext(1)
    }
  }

  /** Lets every invocation come to its end. */
  async finish(): Promise<void> {
    for (let turn = 0; this.#busy.size > 0; turn += 1) {
      if (turn > MOST_TURNS) throw new Error(`${this.#busy.size} invocations do not end`)
      await this.deal(1)
    }
  }

  /** From now on every call is answered at once, and none fails. */
  heal(): void {
    this.#turns = 'at-once'
    this.#fault = undefined
  }

  /** Gives the clients of this run back. */
  close(): void {
    idleLines.push(...this.#idle.map(({ line }) => line))
  }

  #deliver(body: string): Promise<void> {
    return this.#invoke(async ({ environment }) => {
      const failures = await handleSignals(environment, [{ id: 'one', body }])
      for (const error of failures.values()) throw error
    })
  }

  async #invoke(work: (sandbox: Sandbox) => Promise<void>): Promise<void> {
    const sandbox = this.#idle.pop() ?? this.#newSandbox()
    this.#busy.add(sandbox)
    try {
      await work(sandbox)
    } catch (error) {
      if (!this.#hasFailed) this.unexpected.push(error)
    }
    this.#busy.delete(sandbox)
    // One that was killed between its last call and its end is gone all the same.
    if (!sandbox.isKilled) this.#idle.push(sandbox)
  }

  #newSandbox(): Sandbox {
    const line = idleLines.pop() ?? newLine()
    const clock = { now: () => this.#world.now }
    const environment = createEnvironment({ settings, clients: line.clients, clock })
    const sandbox: Sandbox = { line, environment, isKilled: false }
    line.call = (operation, input) => this.#call(sandbox, operation, input)
    return sandbox
  }

  async #call(sandbox: Sandbox, operation: string, input: Input): Promise<object> {
    await this.#turn(sandbox, operation)
    const fault = this.#fault
    this.#fault = undefined
    if (fault === 'before') throw lostConnection()
    const answer = attempt(() => this.#world.answer(operation, input))
    await this.#turn(sandbox, `answer of ${operation}`)
    if (fault === 'after') throw lostConnection()
    return answer()
  }

  async #turn(sandbox: Sandbox, label: string): Promise<void> {
    if (this.#turns === 'dealt') await this.#scheduler.schedule(Promise.resolve(), label)
    if (sandbox.isKilled) await new Promise(() => undefined)
  }
}

const lostConnection = (): Error => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })

/** Has its effect now and tells of it later. */
const attempt = (work: () => object): (() => object) => {
  try {
    const output = work()
    return () => output
  } catch (error) {
    return () => {
      throw error as Error
    }
  }
}
