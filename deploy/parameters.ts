import * as z from 'zod/mini'
import {
  choice,
  clusterName,
  drainReserveSeconds,
  drainTimeoutSeconds,
  dryRun,
  GLOBAL_CAP_MARGIN_SECONDS,
  groupNames,
  healthPolicy,
  launchTimeoutSeconds,
  heartbeatTimeoutSeconds,
  MAX_HOOK_WAIT_SECONDS,
  notificationTopicArn,
  onDeadline,
  protectedTasksPolicy,
  rebalancePolicy,
  spotPolicy,
  standaloneTasksPolicy,
  type OnDeadline,
} from '../lib/settings.ts'
import { nearestName } from './nearest-name.ts'
import { scalingDefinitions, scalingProblems, type ScalingParameters } from './scaling-parameters.ts'

/** What a deployment is told, checked. Defaults stand in `serverless.yml`. */
export interface StackParameters extends ScalingParameters {
  readonly cluster: string
  readonly groups: readonly string[]
  readonly hookDelivery: 'eventbridge' | 'sqs'
  readonly drainTimeout: number
  readonly onDeadline: OnDeadline
  /** `wait`, `ignore` or `stop-after:<seconds>`. */
  readonly standaloneTasks: string
  readonly protectedTasks: 'honour' | 'ignore'
  readonly drainReserve: number
  readonly spot: 'drain' | 'off'
  readonly rebalance: 'off' | 'replace'
  readonly health: 'replace' | 'off'
  readonly launchHook: 'on' | 'off'
  readonly launchTimeout: number
  /** Empty: nobody is told. */
  readonly notificationTopicArn: string
  readonly dryRun: boolean
  readonly heartbeatTimeout: number
  readonly logRetentionDays: number
  readonly logLevel: 'DEBUG' | 'INFO'
}

type CheckedParameters =
  | { readonly kind: 'usable'; readonly parameters: StackParameters }
  /** One sentence for each problem; each says what to set. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

/** A hook's wait is capped at this many heartbeats (API reference, DescribeLifecycleHooks, GlobalTimeout). */
const HEARTBEATS_IN_A_WAIT = 100

/**
 * EventBridge takes 2,048 characters of pattern (Amazon EventBridge quotas, "Event pattern size"); the rest of the
 * lifecycle rule's pattern, with two long names of hooks, needs about 500.
 */
const MAX_GROUPS_LENGTH = 1_500

/** What CloudWatch Logs accepts (API reference, PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const deployableGroups = groupNames.check(
  // IAM would read these as a wildcard or a variable, and the roles would reach groups that nobody named.
  z.refine((names) => names.every((name) => !/[*?$]/.test(name)), 'may not hold "*", "?" or "$"'),
  z.refine(
    (names) => names.join('","').length <= MAX_GROUPS_LENGTH,
    `is longer than the ${MAX_GROUPS_LENGTH} characters that fit into one EventBridge rule`,
  ),
)

/** Each parameter, what it may hold, and what to write after `--param <name>=`. */
const definitions = {
  cluster: { schema: clusterName, example: '<name of the ECS cluster>' },
  groups: { schema: deployableGroups, example: '<its Auto Scaling groups, separated by commas>' },
  hookDelivery: { schema: choice('eventbridge', 'sqs'), example: 'eventbridge' },
  drainTimeout: { schema: drainTimeoutSeconds, example: '3600' },
  onDeadline: { schema: onDeadline, example: 'stop-tasks' },
  standaloneTasks: { schema: standaloneTasksPolicy, example: 'wait' },
  protectedTasks: { schema: protectedTasksPolicy, example: 'honour' },
  drainReserve: { schema: drainReserveSeconds, example: '900' },
  spot: { schema: spotPolicy, example: 'drain' },
  rebalance: { schema: rebalancePolicy, example: 'off' },
  health: { schema: healthPolicy, example: 'replace' },
  launchHook: { schema: choice('on', 'off'), example: 'off' },
  launchTimeout: { schema: launchTimeoutSeconds, example: '600' },
  notificationTopicArn: { schema: notificationTopicArn, example: '<ARN of a standard SNS topic>' },
  dryRun: { schema: dryRun, example: 'false' },
  ...scalingDefinitions,
  heartbeatTimeout: {
    schema: heartbeatTimeoutSeconds,
    example: '1800',
  },
  logRetentionDays: {
    schema: z
      .pipe(z.string('is missing'), z.transform(Number))
      .check(
        z.refine(
          (days) => LOG_RETENTION_DAYS.includes(days),
          `must be one of ${LOG_RETENTION_DAYS.join(', ')}`,
        ),
      ),
    example: '30',
  },
  // Nothing above INFO: the line of each decision and the metrics in it are written at INFO, and Lambda drops a line
  // below the level before it reaches CloudWatch.
  logLevel: { schema: choice('INFO', 'DEBUG'), example: 'INFO' },
} as const

type ParameterName = keyof typeof definitions
type ParameterValues = {
  readonly [Name in ParameterName]: z.output<(typeof definitions)[Name]['schema']>
}
export const parameterNames = Object.keys(definitions) as readonly ParameterName[]

/** Checks the parameters of a deployment as the framework gives them: text from the command line, or YAML values. */
export const checkParameters = (given: Readonly<Record<string, unknown>>): CheckedParameters => {
  const problems: string[] = []
  const values = parameterNames.map((name) => {
    const { schema, example } = definitions[name]
    const result = schema.safeParse(asText(given[name]))
    if (result.success) return [name, result.data] as const
    problems.push(
      `The parameter "${name}" ${result.error.issues[0]?.message ?? 'is wrong'}: set --param ${name}=${example}.`,
    )
    return [name, undefined] as const
  })
  // Each value is what its schema has just given, or there is a problem and nobody uses it.
  const parameters: StackParameters = Object.fromEntries(values) as ParameterValues
  if (problems.length === 0)
    problems.push(
      ...hookWaitProblems(parameters),
      ...scalingProblems(parameters, parameters.dryRun ? 'dry' : 'real'),
    )
  return problems.length === 0 ? { kind: 'usable', parameters } : { kind: 'refused', problems }
}

/** @returns a sentence for each parameter of the command line, such as `cluster=web`, that does not exist. */
export const unknownParameterProblems = (options: readonly string[]): readonly string[] =>
  options
    .map((option) => option.split('=', 1)[0] ?? '')
    .filter((name) => !parameterNames.some((known) => known === name))
    .map(
      (name) =>
        `There is no parameter "${name}": use "${nearestName(name, parameterNames)}" or leave it out.`,
    )

/** What may take longer than Auto Scaling lets a hook wait, however well it is beaten. */
const hookWaitProblems = (parameters: StackParameters): readonly string[] => {
  const { heartbeatTimeout, launchHook } = parameters
  const cap = Math.min(MAX_HOOK_WAIT_SECONDS, HEARTBEATS_IN_A_WAIT * heartbeatTimeout)
  const longest = cap - GLOBAL_CAP_MARGIN_SECONDS
  const waits =
    launchHook === 'on' ? (['drainTimeout', 'launchTimeout'] as const) : (['drainTimeout'] as const)
  return waits
    .filter((name) => parameters[name] > longest)
    .map(
      (name) =>
        `The parameter "${name}" is ${parameters[name]} seconds, but Auto Scaling ends a hook with a heartbeatTimeout of ` +
        `${heartbeatTimeout} seconds after ${cap}: set --param ${name}=${longest} or less, or a longer heartbeatTimeout.`,
    )
}

/** Absent: not given, or given without a value. */
const asText = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
