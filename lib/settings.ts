import * as z from 'zod'

/** Heartbeat timeouts below this are refused: resync comes once a minute and must beat with room to spare. */
export const MIN_HEARTBEAT_TIMEOUT_SECONDS = 180

/** Auto Scaling's own bounds of a lifecycle hook's wait (PutLifecycleHook, DescribeLifecycleHooks.GlobalTimeout). */
export const MAX_HEARTBEAT_TIMEOUT_SECONDS = 7_200
export const MAX_HOOK_WAIT_SECONDS = 172_800

export { GLOBAL_CAP_MARGIN_SECONDS } from './decide/deadline.ts'

export const onDeadlineChoices = ['stop-tasks', 'continue'] as const
export type OnDeadline = (typeof onDeadlineChoices)[number]

/** What a function needs to know. Everything here comes from stack parameters, by way of environment variables. */
export interface Settings {
  /** The one ECS cluster that this stack serves. A name, not an ARN. */
  readonly cluster: string
  /** Names of the Auto Scaling groups of that cluster. At least one. */
  readonly groups: readonly string[]
  /** The lifecycle hook that this stack put on each group. */
  readonly hookName: string
  readonly drainTimeoutSeconds: number
  readonly onDeadline: OnDeadline
  /** Where look-again messages go. */
  readonly wakesQueueUrl: string
  /** Where lifecycle actions come from; failed messages have their visibility changed there. */
  readonly signalsQueueUrl: string
}

const name = (pattern: RegExp, limit: number, letters: string) =>
  z
    .string('is missing')
    .trim()
    .min(1, 'is empty')
    .max(limit, `is longer than ${limit} characters`)
    .regex(pattern, `may hold ${letters} only`)

/** A duration in whole seconds, as text. */
export const wholeSeconds = (least: number, most: number) =>
  z
    .string('is missing')
    .regex(/^\d+$/, 'is not a whole number of seconds')
    .transform(Number)
    .refine((seconds) => seconds >= least && seconds <= most, `must be between ${least} and ${most} seconds`)

export const clusterName = name(/^[A-Za-z0-9_-]+$/, 255, 'letters, digits, hyphens and underscores')
const groupName = name(/^[^\u0000-\u001f:,]+$/, 255, 'printable characters without colon and comma')
export const groupNames = z
  .string('is missing')
  .transform((list) => list.split(',').map((item) => item.trim()))
  .pipe(z.array(groupName).min(1))
  .refine((names) => new Set(names).size === names.length, 'names a group twice')
export const drainTimeoutSeconds = wholeSeconds(60, MAX_HOOK_WAIT_SECONDS)
const choice = <Choice extends string>(...choices: readonly Choice[]) =>
  z.enum(choices as readonly [Choice, ...Choice[]], `must be one of ${choices.join(', ')}`)

export const spotPolicy = choice('drain', 'off')
export const rebalancePolicy = choice('off', 'replace')
export const healthPolicy = choice('replace', 'off')
export const protectedTasksPolicy = choice('honour', 'ignore')
export const drainReserveSeconds = wholeSeconds(0, MAX_HOOK_WAIT_SECONDS)
export const launchTimeoutSeconds = wholeSeconds(60, MAX_HOOK_WAIT_SECONDS)

/** `wait`, `ignore`, or `stop-after:<seconds>`. */
export const standaloneTasksPolicy = z
  .string('is missing')
  .regex(/^(wait|ignore|stop-after:\d{1,6})$/, 'must be wait, ignore or stop-after:<seconds>')

export const onDeadline = z.enum(onDeadlineChoices, `must be one of ${onDeadlineChoices.join(', ')}`)

/** Each variable, the stack parameter behind it, and what it may hold. */
const variables = {
  EBBTIDE_CLUSTER: { parameter: 'cluster', schema: clusterName },
  EBBTIDE_GROUPS: { parameter: 'groups', schema: groupNames },
  EBBTIDE_HOOK_NAME: {
    parameter: 'cluster',
    schema: name(/^[A-Za-z0-9\-_/]+$/, 255, 'letters, digits, hyphens, underscores and slashes'),
  },
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: { parameter: 'drainTimeout', schema: drainTimeoutSeconds },
  EBBTIDE_ON_DEADLINE: { parameter: 'onDeadline', schema: onDeadline },
  EBBTIDE_SIGNALS_QUEUE_URL: { parameter: 'cluster', schema: z.url('is not a queue URL') },
  EBBTIDE_WAKES_QUEUE_URL: { parameter: 'cluster', schema: z.url('is not a queue URL') },
} as const

/** Settings that cannot be used. The message is one sentence for each problem and says what to set. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'SettingsError'
  }
}

/**
 * Reads the settings of a function from its environment.
 *
 * @throws {SettingsError} naming each variable that is missing or wrong and the stack parameter that sets it.
 */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): Settings => {
  const problems: string[] = []
  const read = <Name extends keyof typeof variables>(variable: Name) => {
    const { parameter, schema } = variables[variable]
    const result = schema.safeParse(environment[variable])
    if (result.success) return result.data as z.output<(typeof variables)[Name]['schema']>
    const [issue] = result.error.issues
    problems.push(
      `${variable} ${issue?.message ?? 'is wrong'}: set the stack parameter "${parameter}" and deploy again.`,
    )
    return undefined as never
  }
  const settings: Settings = {
    cluster: read('EBBTIDE_CLUSTER'),
    groups: read('EBBTIDE_GROUPS'),
    hookName: read('EBBTIDE_HOOK_NAME'),
    drainTimeoutSeconds: read('EBBTIDE_DRAIN_TIMEOUT_SECONDS'),
    onDeadline: read('EBBTIDE_ON_DEADLINE'),
    signalsQueueUrl: read('EBBTIDE_SIGNALS_QUEUE_URL'),
    wakesQueueUrl: read('EBBTIDE_WAKES_QUEUE_URL'),
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}
