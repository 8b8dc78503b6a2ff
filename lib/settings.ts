import * as z from 'zod/mini'

import type { DrainPolicy, StandalonePolicy } from './decide/policy.ts'
import { readVariables } from './read-variables.ts'

/** Heartbeat timeouts below this are refused: resync comes once a minute and must beat with room to spare. */
export const MIN_HEARTBEAT_TIMEOUT_SECONDS = 180

/** Auto Scaling's own bounds of a lifecycle hook's wait (PutLifecycleHook, DescribeLifecycleHooks.GlobalTimeout). */
const MAX_HEARTBEAT_TIMEOUT_SECONDS = 7_200
export const MAX_HOOK_WAIT_SECONDS = 172_800

export { GLOBAL_CAP_MARGIN_SECONDS } from './decide/deadline.ts'

export const onDeadlineChoices = ['stop-tasks', 'continue', 'retain'] as const
export type OnDeadline = (typeof onDeadlineChoices)[number]

/** What a function needs to know. Everything here comes from stack parameters, by way of environment variables. */
export interface Settings {
  /** The one ECS cluster that this stack serves. A name, not an ARN. */
  readonly cluster: string
  /** Names of the Auto Scaling groups of that cluster. At least one. */
  readonly groups: readonly string[]
  /** The lifecycle hook that this stack put on each group. */
  readonly hookName: string
  /** The hook on launches. Absent: the stack has none. */
  readonly launchHookName?: string
  readonly launchTimeoutSeconds: number
  /** What this stack gave its hooks; somebody may have changed one since. */
  readonly heartbeatTimeoutSeconds: number
  /** For groups whose tags say nothing else. */
  readonly policy: DrainPolicy
  /** Who hears of drains that are stuck. Absent: nobody. */
  readonly notificationTopicArn?: string
  /** Nothing is changed; what would be done is logged. */
  readonly dryRun: boolean
  /** Where look-again messages go. */
  readonly wakesQueueUrl: string
  /** Where lifecycle actions come from; failed messages have their visibility changed there. */
  readonly signalsQueueUrl: string
  /** Where a drain that lacks room wakes the scaling. Absent: the stack does not scale. */
  readonly capacityQueueUrl?: string
}

const name = (pattern: RegExp, limit: number, letters: string) =>
  z
    .string('is missing')
    .check(
      z.trim(),
      z.minLength(1, 'is empty'),
      z.maxLength(limit, `is longer than ${limit} characters`),
      z.regex(pattern, `may hold ${letters} only`),
    )

/** A duration in whole seconds, as text. */
export const wholeSeconds = (least: number, most: number) =>
  z
    .pipe(
      z.string('is missing').check(z.regex(/^\d+$/, 'is not a whole number of seconds')),
      z.transform(Number),
    )
    .check(
      z.refine(
        (seconds) => seconds >= least && seconds <= most,
        `must be between ${least} and ${most} seconds`,
      ),
    )

export const clusterName = name(/^[A-Za-z0-9_-]+$/, 255, 'letters, digits, hyphens and underscores')
const groupName = name(/^[^\u0000-\u001f:,]+$/, 255, 'printable characters without colon and comma')
const commaSeparated = z.pipe(
  z.string('is missing'),
  z.transform((list) => list.split(',').map((item) => item.trim())),
)
export const groupNames = z
  .pipe(commaSeparated, z.array(groupName).check(z.minLength(1, 'is empty')))
  .check(z.refine((names) => new Set(names).size === names.length, 'names a group twice'))
export const drainTimeoutSeconds = wholeSeconds(60, MAX_HOOK_WAIT_SECONDS)
export const choice = <Choice extends string>(...choices: readonly Choice[]) =>
  z.enum(choices as readonly [Choice, ...Choice[]], `must be one of ${choices.join(', ')}`)

export const spotPolicy = choice('drain', 'off')
export const rebalancePolicy = choice('off', 'replace')
export const healthPolicy = choice('replace', 'off')
export const protectedTasksPolicy = choice('honour', 'ignore')
export const drainReserveSeconds = wholeSeconds(0, MAX_HOOK_WAIT_SECONDS)
export const heartbeatTimeoutSeconds = wholeSeconds(
  MIN_HEARTBEAT_TIMEOUT_SECONDS,
  MAX_HEARTBEAT_TIMEOUT_SECONDS,
)
export const launchTimeoutSeconds = wholeSeconds(60, MAX_HOOK_WAIT_SECONDS)

/** As it is written: `wait`, `ignore`, or `stop-after:<seconds>`. */
export const standaloneTasksPolicy = z
  .string('is missing')
  .check(z.regex(/^(wait|ignore|stop-after:\d{1,6})$/, 'must be wait, ignore or stop-after:<seconds>'))

const standalonePolicy = z.pipe(
  standaloneTasksPolicy,
  z.transform((text): StandalonePolicy => {
    if (text === 'wait' || text === 'ignore') return text
    return { stopAfterSeconds: Number(text.slice('stop-after:'.length)) }
  }),
)

/** FIFO topics are refused: they want a message group that nothing here has. Empty: nobody is told. */
export const notificationTopicArn = z._default(
  z
    .string()
    .check(
      z.regex(
        /^(arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256})?$/,
        'is not the ARN of a standard SNS topic',
      ),
    ),
  '',
)

export const dryRun = z.pipe(
  choice('false', 'true'),
  z.transform((text) => text === 'true'),
)

const hookName = name(/^[A-Za-z0-9\-_/]+$/, 255, 'letters, digits, hyphens, underscores and slashes')
/** Empty: there is none. */
const optionalHookName = z._default(z.union([z.literal(''), hookName]), '')

/** Empty: there is none. */
const optionalQueueUrl = z._default(z.union([z.literal(''), z.url('is not a queue URL')]), '')

export const onDeadline = z.enum(onDeadlineChoices, `must be one of ${onDeadlineChoices.join(', ')}`)

/** Each variable, the stack parameter behind it, and what it may hold. */
const variables = {
  EBBTIDE_CLUSTER: { parameter: 'cluster', schema: clusterName },
  EBBTIDE_GROUPS: { parameter: 'groups', schema: groupNames },
  EBBTIDE_HOOK_NAME: {
    parameter: 'cluster',
    schema: hookName,
  },
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: { parameter: 'drainTimeout', schema: drainTimeoutSeconds },
  EBBTIDE_ON_DEADLINE: { parameter: 'onDeadline', schema: onDeadline },
  EBBTIDE_STANDALONE_TASKS: { parameter: 'standaloneTasks', schema: standalonePolicy },
  EBBTIDE_PROTECTED_TASKS: { parameter: 'protectedTasks', schema: protectedTasksPolicy },
  EBBTIDE_DRAIN_RESERVE_SECONDS: { parameter: 'drainReserve', schema: drainReserveSeconds },
  EBBTIDE_SPOT: { parameter: 'spot', schema: spotPolicy },
  EBBTIDE_REBALANCE: { parameter: 'rebalance', schema: rebalancePolicy },
  EBBTIDE_HEALTH: { parameter: 'health', schema: healthPolicy },
  EBBTIDE_LAUNCH_HOOK_NAME: { parameter: 'launchHook', schema: optionalHookName },
  EBBTIDE_LAUNCH_TIMEOUT_SECONDS: { parameter: 'launchTimeout', schema: launchTimeoutSeconds },
  EBBTIDE_NOTIFICATION_TOPIC_ARN: { parameter: 'notificationTopicArn', schema: notificationTopicArn },
  EBBTIDE_HEARTBEAT_TIMEOUT_SECONDS: { parameter: 'heartbeatTimeout', schema: heartbeatTimeoutSeconds },
  EBBTIDE_DRY_RUN: { parameter: 'dryRun', schema: dryRun },
  EBBTIDE_SIGNALS_QUEUE_URL: { parameter: 'cluster', schema: z.url('is not a queue URL') },
  EBBTIDE_WAKES_QUEUE_URL: { parameter: 'cluster', schema: z.url('is not a queue URL') },
  EBBTIDE_CAPACITY_QUEUE_URL: { parameter: 'scale', schema: optionalQueueUrl },
} as const

/**
 * Reads the settings of a function from its environment.
 *
 * @throws {SettingsError} naming each variable that is missing or wrong and the stack parameter that sets it.
 */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): Settings => {
  const values = readVariables(variables, environment)
  const launchHookName = values.EBBTIDE_LAUNCH_HOOK_NAME
  const topicArn = values.EBBTIDE_NOTIFICATION_TOPIC_ARN
  const capacityQueueUrl = values.EBBTIDE_CAPACITY_QUEUE_URL
  return {
    cluster: values.EBBTIDE_CLUSTER,
    groups: values.EBBTIDE_GROUPS,
    hookName: values.EBBTIDE_HOOK_NAME,
    ...(launchHookName && { launchHookName }),
    launchTimeoutSeconds: values.EBBTIDE_LAUNCH_TIMEOUT_SECONDS,
    heartbeatTimeoutSeconds: values.EBBTIDE_HEARTBEAT_TIMEOUT_SECONDS,
    policy: {
      drainTimeoutSeconds: values.EBBTIDE_DRAIN_TIMEOUT_SECONDS,
      onDeadline: values.EBBTIDE_ON_DEADLINE,
      standaloneTasks: values.EBBTIDE_STANDALONE_TASKS,
      protectedTasks: values.EBBTIDE_PROTECTED_TASKS,
      drainReserveSeconds: values.EBBTIDE_DRAIN_RESERVE_SECONDS,
      spot: values.EBBTIDE_SPOT,
      rebalance: values.EBBTIDE_REBALANCE,
      health: values.EBBTIDE_HEALTH,
    },
    ...(topicArn && { notificationTopicArn: topicArn }),
    dryRun: values.EBBTIDE_DRY_RUN,
    signalsQueueUrl: values.EBBTIDE_SIGNALS_QUEUE_URL,
    wakesQueueUrl: values.EBBTIDE_WAKES_QUEUE_URL,
    ...(capacityQueueUrl && { capacityQueueUrl }),
  }
}

/** The tag of a group that overrides each policy, and what it may hold: the same as the stack's parameter. */
const policyTags = {
  'ebbtide:drain-timeout': { policy: 'drainTimeoutSeconds', schema: drainTimeoutSeconds },
  'ebbtide:on-deadline': { policy: 'onDeadline', schema: onDeadline },
  'ebbtide:standalone-tasks': { policy: 'standaloneTasks', schema: standalonePolicy },
  'ebbtide:protected-tasks': { policy: 'protectedTasks', schema: protectedTasksPolicy },
  'ebbtide:drain-reserve': { policy: 'drainReserveSeconds', schema: drainReserveSeconds },
  'ebbtide:spot': { policy: 'spot', schema: spotPolicy },
  'ebbtide:rebalance': { policy: 'rebalance', schema: rebalancePolicy },
  'ebbtide:health': { policy: 'health', schema: healthPolicy },
} as const satisfies Record<string, { policy: keyof DrainPolicy; schema: z.ZodMiniType }>

/**
 * The policy of one group: the stack's, overridden by the group's tags.
 *
 * @returns with it, a sentence for each tag that makes no sense, or asks for what the stack is not deployed for; the
 *   stack's value then stands.
 */
export const policyForTags = (
  stack: DrainPolicy,
  tags: Readonly<Record<string, string>>,
): { readonly policy: DrainPolicy; readonly nonsense: readonly string[] } => {
  const overrides: Partial<Record<keyof DrainPolicy, unknown>> = {}
  const nonsense: string[] = []
  for (const [tag, { policy, schema }] of Object.entries(policyTags)) {
    if (tags[tag] === undefined) continue
    const result = schema.safeParse(tags[tag])
    if (result.success && stack[policy] === 'off' && result.data !== 'off')
      nonsense.push(
        `the tag ${tag} can only be "off": the stack has no rule and no permission for more. Set its parameter "${policy}", and the tag "off" on other groups.`,
      )
    else if (result.success) overrides[policy] = result.data
    else nonsense.push(`the tag ${tag} ${result.error.issues[0]?.message ?? 'is wrong'}`)
  }
  return { policy: { ...stack, ...(overrides as Partial<DrainPolicy>) }, nonsense }
}
