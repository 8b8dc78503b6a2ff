import * as z from 'zod'

import type {
  ActionFacts,
  ContainerInstanceFacts,
  DrainFacts,
  HookFacts,
  MachineFacts,
  Notice,
  RegistrationFacts,
  ServiceFacts,
  TaskCount,
  TaskFacts,
} from '../../lib/decide/facts.ts'
import type { DrainPolicy } from '../../lib/decide/policy.ts'
import { onDeadlineChoices } from '../../lib/settings.ts'
import { DECISION_MESSAGE } from '../../lib/telemetry.ts'
import { objectIn } from './log-lines.ts'

/** The compiler refuses a schema that lacks a field of the interface it stands for, or reads more into one. */
type ShapeOf<Facts> = { readonly [Key in keyof Facts]-?: z.ZodType<Exclude<Facts[Key], undefined>> }

/** And it refuses one that does not let through all that the interface allows. */
type Covered<Facts extends z.output<Schema>, Schema extends z.ZodType> = Facts

const text = z.string()
const time = z.int()
const count = z.int().min(0)

const hookFacts = z.object({
  heartbeatTimeoutSeconds: z.number(),
  globalTimeoutSeconds: z.number(),
  hasCompanions: z.boolean(),
  retainsAbandoned: z.boolean(),
  isLaunchSuspended: z.boolean(),
} satisfies ShapeOf<HookFacts>)

const actionFacts = z.object({ startedAt: time, cause: text } satisfies ShapeOf<ActionFacts>)

const containerInstanceFacts = z.object({
  arn: text,
  status: text,
  agentConnected: z.boolean(),
  runningTasksCount: count,
  pendingTasksCount: count,
  memory: z.exactOptional(text),
} satisfies ShapeOf<ContainerInstanceFacts>)

const registrationFacts = z.object({
  clusterExists: z.boolean(),
  hasSibling: z.boolean(),
  unknownSince: time,
} satisfies ShapeOf<RegistrationFacts>)

const machineFacts = z.object({
  state: text,
  launchedAt: z.exactOptional(time),
  autoScalingGroupName: z.exactOptional(text),
} satisfies ShapeOf<MachineFacts>)

const taskCount = z.object({ at: time, tasks: count } satisfies ShapeOf<TaskCount>)

const taskFacts = z.object({
  arn: text,
  serviceName: z.exactOptional(text),
  lastStatus: text,
  desiredStatus: text,
  stoppedAt: z.exactOptional(time),
  stoppedByUs: z.boolean(),
  stoppingAt: z.exactOptional(time),
  protectedUntil: z.exactOptional(time),
  stopTimeoutSeconds: z.exactOptional(z.number()),
  deregistrationDelaySeconds: z.exactOptional(z.number()),
  timesAssumedSince: z.exactOptional(time),
} satisfies ShapeOf<TaskFacts>)

const serviceFacts = z.object({
  name: text,
  isDaemon: z.boolean(),
  desiredCount: count,
  runningCount: count,
  pendingCount: count,
  minimumHealthyPercent: z.number(),
  maximumPercent: z.number(),
  complaint: z.exactOptional(z.object({ kind: z.enum(['unplaced', 'impaired']), at: time })),
  roomElsewhere: z.exactOptional(count),
  healthyTargetCount: z.exactOptional(count),
  isHealthUnread: z.exactOptional(z.literal(true)),
} satisfies ShapeOf<ServiceFacts>)

const notice = z.object({
  kind: z.enum(['spot', 'capacity', 'health', 'rebalance']),
  at: time,
  startsAt: z.exactOptional(time),
} satisfies ShapeOf<Notice>)

const drainFacts = z.object({
  now: time,
  instanceId: text,
  autoScalingGroupName: z.exactOptional(text),
  announcedAt: z.exactOptional(time),
  hop: count,
  notice: z.exactOptional(notice),
  lifecycleState: z.exactOptional(text),
  hook: z.exactOptional(hookFacts),
  action: z.exactOptional(actionFacts),
  containerInstance: z.exactOptional(containerInstanceFacts),
  registration: z.exactOptional(registrationFacts),
  machine: z.exactOptional(machineFacts),
  tasks: z.exactOptional(z.array(taskFacts).readonly()),
  services: z.exactOptional(z.array(serviceFacts).readonly()),
  agentSilentSince: z.exactOptional(time),
  unlistedSince: z.exactOptional(time),
  counts: z.exactOptional(z.array(taskCount).readonly()),
  unread: z.exactOptional(text),
  saidStopped: z.exactOptional(z.array(text).readonly()),
  orphanSince: z.exactOptional(time),
} satisfies ShapeOf<DrainFacts>)

const drainPolicy = z.object({
  drainTimeoutSeconds: z.number(),
  onDeadline: z.enum(onDeadlineChoices),
  standaloneTasks: z.union([z.enum(['wait', 'ignore']), z.object({ stopAfterSeconds: z.number() })]),
  protectedTasks: z.enum(['honour', 'ignore']),
  drainReserveSeconds: z.number(),
  spot: z.enum(['drain', 'off']),
  rebalance: z.enum(['off', 'replace']),
  health: z.enum(['replace', 'off']),
} satisfies ShapeOf<DrainPolicy>)

/** A decision in the words of the release that made it, which may not be ours any more. */
const pastDecision = z.object({
  verdict: text,
  because: text,
  actions: z.array(z.looseObject({ do: text })),
})

const decisionLine = z.object({
  facts: drainFacts,
  policy: drainPolicy,
  decision: pastDecision,
  results: z.array(text),
  error: z.optional(z.unknown()),
})

export type PastDecision = z.output<typeof pastDecision>
export type PastAction = PastDecision['actions'][number]

/** A decision as it was logged, with all that it rested on. */
export interface LoggedDecision {
  readonly facts: Covered<DrainFacts, typeof drainFacts>
  readonly policy: Covered<DrainPolicy, typeof drainPolicy>
  readonly decision: PastDecision
  readonly results: readonly string[]
  /** An action failed, and with it the look. */
  readonly hasFailed: boolean
}

type LogLine =
  | { readonly kind: 'decision'; readonly logged: LoggedDecision }
  /** Says that it is a decision, and is not of the form that is known. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'other' }

/** Reads one line of a log. Lines that are no decisions are `other`; nothing makes it throw. */
export const readLogLine = (line: string): LogLine => {
  if (!line.includes(DECISION_MESSAGE)) return { kind: 'other' }
  const fields = logged(objectIn(line))
  if (fields === undefined) return { kind: 'unreadable', reason: 'it holds no whole JSON object' }
  if (fields['message'] !== DECISION_MESSAGE) return { kind: 'other' }
  const result = decisionLine.safeParse(fields)
  if (!result.success) return { kind: 'unreadable', reason: reasonOf(result.error) }
  const { error, ...decision } = result.data
  return { kind: 'decision', logged: { ...decision, hasFailed: error !== undefined } }
}

/** Some tools wrap each line of a log in an object of their own, the line itself as text in `message` or `@message`. */
const logged = (value: unknown): Readonly<Record<string, unknown>> | undefined => {
  const wrapped = isObject(value) ? (value['@message'] ?? value['message']) : undefined
  const inner = typeof wrapped === 'string' && wrapped !== DECISION_MESSAGE ? objectIn(wrapped) : value
  return isObject(inner) ? inner : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `facts.containerInstance.status: Invalid input: expected string, received undefined`. */
const reasonOf = ({ issues: [issue] }: z.ZodError): string =>
  issue === undefined ? 'unknown' : `${issue.path.map(String).join('.')}: ${issue.message}`
