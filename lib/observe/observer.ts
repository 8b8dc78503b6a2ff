import type { Clients } from '../aws/clients.ts'
import type { Clock } from '../clock.ts'
import type { ActionFacts } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import { HOOK_MEMO_MS, type HookReading } from './lifecycle-hooks.ts'
import { Memo } from './memo.ts'
import { Sightings } from './sightings.ts'
import { DEREGISTRATION_MEMO_MS } from './stopping-times.ts'
import { TERMINATION_MEMO_MS } from './terminations.ts'

/** Which part of the world this stack looks at. */
export interface Scope {
  readonly cluster: string
  readonly groups: readonly string[]
  readonly hookName: string
}

/** All that reading needs: clients, time, and what one execution environment remembers between invocations. */
export interface Observer {
  readonly clients: Clients
  readonly clock: Clock
  readonly scope: Scope
  readonly policy: DrainPolicy
  readonly hooks: Memo<HookReading>
  readonly terminations: Memo<ActionFacts>
  readonly containerInstanceArns: Memo<string>
  readonly stopTimeouts: Memo<number>
  readonly deregistrationDelays: Memo<number>
  readonly unknown: Sightings
  readonly orphans: Sightings
  /** Memory that ECS refused to keep, by ARN of the container instance: this environment carries it on. */
  readonly refusedMemory: Map<string, string>
}

export const createObserver = (
  options: Pick<Observer, 'clients' | 'clock' | 'scope' | 'policy'>,
): Observer => ({
  ...options,
  hooks: new Memo(options.clock, HOOK_MEMO_MS),
  terminations: new Memo(options.clock, TERMINATION_MEMO_MS),
  containerInstanceArns: new Memo(options.clock, Infinity),
  stopTimeouts: new Memo(options.clock, Infinity),
  deregistrationDelays: new Memo(options.clock, DEREGISTRATION_MEMO_MS),
  unknown: new Sightings(options.clock),
  orphans: new Sightings(options.clock),
  refusedMemory: new Map(),
})
