import type { Clients } from '../aws/clients.ts'
import type { Clock } from '../clock.ts'
import type { ActionFacts, HookFacts, Notice, TaskCount } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import { GROUP_MEMO_MS, type GroupReading } from './groups.ts'
import { DAEMON_MEMO_MS } from './daemons.ts'
import { Memo } from './memo.ts'
import { Sightings } from './sightings.ts'
import { DEREGISTRATION_MEMO_MS } from './stopping-times.ts'
import { TASK_COUNT_MEMO_MS } from './task-counts.ts'
import { ACTIVITY_MEMO_MS } from './scaling-activities.ts'

/** Which part of the world this stack looks at. */
export interface Scope {
  readonly cluster: string
  readonly groups: readonly string[]
  readonly hookName: string
  /** What this stack gave its hooks. */
  readonly heartbeatTimeoutSeconds: number
  /** Absent: the stack has no launch hook. */
  readonly launchHookName?: string
}

/** All that reading needs: clients, time, and what one execution environment remembers between invocations. */
export interface Observer {
  readonly clients: Clients
  readonly clock: Clock
  readonly scope: Scope
  /** What stands in for a hook that the stack does not have. Absent: nothing does. */
  readonly dryRunHook?: HookFacts
  /** The stack's policy, overridden by the tags of a group. */
  readonly policyOf: (tags: Readonly<Record<string, string>>) => DrainPolicy
  readonly groups: Memo<GroupReading>
  readonly actions: Memo<ActionFacts>
  readonly containerInstanceArns: Memo<string>
  readonly stopTimeouts: Memo<number>
  readonly deregistrationDelays: Memo<number>
  readonly daemons: Memo<readonly string[]>
  readonly scheduledEvents: Memo<ReadonlyMap<string, Notice>>
  /** Machines of nobody here. Hooks are always asked for, so an old answer only costs a notice. */
  readonly strangers: Memo<'not ours'>
  readonly unknown: Sightings
  readonly orphans: Sightings
  readonly silentAgents: Sightings
  readonly unlisted: Sightings
  readonly assumedTimes: Sightings
  /** By ARN of the container instance and the moment of its DRAINING. */
  readonly taskCounts: Memo<readonly TaskCount[]>
  /** Memory that ECS refused to keep, by ARN of the container instance: this environment carries it on. */
  readonly refusedMemory: Map<string, string>
}

/** Scheduled events are announced days ahead, so this is often enough. */
const SCHEDULED_EVENTS_MEMO_MS = 10 * 60_000

/** How long a machine that was nobody's here is taken to be so. */
const STRANGER_MEMO_MS = 5 * 60_000

export const createObserver = (
  options: Pick<Observer, 'clients' | 'clock' | 'scope' | 'policyOf' | 'dryRunHook'>,
): Observer => ({
  ...options,
  groups: new Memo(options.clock, GROUP_MEMO_MS),
  actions: new Memo(options.clock, ACTIVITY_MEMO_MS),
  containerInstanceArns: new Memo(options.clock, Infinity),
  stopTimeouts: new Memo(options.clock, Infinity),
  deregistrationDelays: new Memo(options.clock, DEREGISTRATION_MEMO_MS),
  daemons: new Memo(options.clock, DAEMON_MEMO_MS),
  scheduledEvents: new Memo(options.clock, SCHEDULED_EVENTS_MEMO_MS),
  strangers: new Memo(options.clock, STRANGER_MEMO_MS),
  unknown: new Sightings(options.clock),
  orphans: new Sightings(options.clock),
  silentAgents: new Sightings(options.clock),
  unlisted: new Sightings(options.clock),
  assumedTimes: new Sightings(options.clock),
  taskCounts: new Memo(options.clock, TASK_COUNT_MEMO_MS),
  refusedMemory: new Map(),
})
