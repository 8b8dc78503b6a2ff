import { createHash } from 'node:crypto'

/** Every physical name of a stack. Each holds the cluster, so that a second cluster never overwrites the first. */
export interface StackNames {
  readonly stack: string
  readonly drainFunction: string
  readonly resyncFunction: string
  readonly capacityFunction: string
  readonly chooseVictimsFunction: string
  readonly attachFunction: string
  readonly signalsQueue: string
  readonly wakesQueue: string
  readonly deadLetterQueue: string
  readonly capacityQueue: string
  readonly lifecycleActionsRule: string
  readonly stoppedTasksRule: string
  readonly silentInstancesRule: string
  readonly leavingInstancesRule: string
  readonly registeredInstancesRule: string
  readonly interruptionWarningsRule: string
  readonly rebalanceRecommendationsRule: string
  readonly scheduledChangesRule: string
  readonly resyncRule: string
  readonly capacityMinuteRule: string
  readonly placementFailuresRule: string
  readonly deadLettersAlarm: string
  readonly resyncErrorsAlarm: string
  readonly resyncSilentAlarm: string
  readonly capacityFailingAlarm: string
  readonly hook: string
  readonly launchHook: string
}

/**
 * The longest name that each service takes: CreateStack, CreateFunction, CreateQueue, PutRule, PutMetricAlarm. A hook may be
 * called by 255 characters, but both hooks have to fit beside the groups into the pattern of one rule.
 */
const LONGEST = { stack: 128, function: 64, queue: 80, rule: 64, alarm: 255, hook: 128 } as const

const PREFIX = 'ebbtide-'
const HASH_LENGTH = 8

/**
 * Names everything that the stack of an ECS cluster deploys. A cluster's name that is too long, or holds what a service
 * refuses, is cut or transformed and gets a hash of the whole name.
 */
export const namesOf = (cluster: string): StackNames => {
  const nameOf = (kind: keyof typeof LONGEST, suffix: string) =>
    `${PREFIX}${distinct(cluster, LONGEST[kind] - PREFIX.length - suffix.length)}${suffix}`
  return {
    stack: nameOf('stack', ''),
    drainFunction: nameOf('function', '-drain'),
    resyncFunction: nameOf('function', '-resync'),
    capacityFunction: nameOf('function', '-capacity'),
    chooseVictimsFunction: nameOf('function', '-choose-victims'),
    attachFunction: nameOf('function', '-attach'),
    signalsQueue: nameOf('queue', '-signals'),
    wakesQueue: nameOf('queue', '-wakes'),
    deadLetterQueue: nameOf('queue', '-dead-letters'),
    // Every FIFO queue's name ends so (API reference, CreateQueue).
    capacityQueue: nameOf('queue', '-capacity.fifo'),
    lifecycleActionsRule: nameOf('rule', '-lifecycle-actions'),
    stoppedTasksRule: nameOf('rule', '-stopped-tasks'),
    silentInstancesRule: nameOf('rule', '-silent-instances'),
    leavingInstancesRule: nameOf('rule', '-leaving-instances'),
    registeredInstancesRule: nameOf('rule', '-registered-instances'),
    interruptionWarningsRule: nameOf('rule', '-interruption-warnings'),
    rebalanceRecommendationsRule: nameOf('rule', '-rebalance-recommendations'),
    scheduledChangesRule: nameOf('rule', '-scheduled-changes'),
    resyncRule: nameOf('rule', '-resync'),
    capacityMinuteRule: nameOf('rule', '-capacity'),
    placementFailuresRule: nameOf('rule', '-placement-failures'),
    deadLettersAlarm: nameOf('alarm', '-dead-letters'),
    resyncErrorsAlarm: nameOf('alarm', '-resync-errors'),
    resyncSilentAlarm: nameOf('alarm', '-resync-silent'),
    capacityFailingAlarm: nameOf('alarm', '-capacity-failing'),
    hook: nameOf('hook', ''),
    // A cluster called `…-launch` has a termination hook of this name. They never meet: a group is in one cluster.
    launchHook: nameOf('hook', '-launch'),
  }
}

/** The dot keeps the cluster and the group apart: neither part of the name can hold one. */
export const groupAlarmName = (metric: string, cluster: string, group: string): string =>
  `${PREFIX}${distinct(cluster, 100)}-${metric}.${distinct(group, 100)}`

/**
 * The logical id of a group's termination hook. It comes from the group's name and never from its position in the list:
 * a hook that changed its id would be deleted, and deleting a hook makes Auto Scaling answer CONTINUE for every
 * instance that waits on it (API reference, DeleteLifecycleHook).
 */
export const hookLogicalId = (group: string): string => `DrainHook${logicalIdPart(group)}`

/** As {@link hookLogicalId}; deleting a launch hook makes Auto Scaling answer ABANDON, which ends the new instances. */
export const launchHookLogicalId = (group: string): string => `LaunchHook${logicalIdPart(group)}`

/** The logical id of what the stack leaves on a group beside its hooks. */
export const scaledGroupLogicalId = (group: string): string => `ScaledGroup${logicalIdPart(group)}`

/** The logical id of one of the scaling policies of a group, such as its `ScaleOutPolicy`. */
export const scalingPolicyLogicalId = (policy: string, group: string): string =>
  `${policy}${logicalIdPart(group)}`

export const groupAlarmLogicalId = (metric: string, group: string): string =>
  `${metric}Alarm${logicalIdPart(group)}`

const logicalIdPart = (group: string): string =>
  group.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 100) + hashOf(group)

/**
 * The name itself where it fits. Letters, digits and hyphens are what every service takes (a stack's name is the
 * strictest). A name that already looks hashed is hashed again: otherwise the cluster `web-1a2b3c4d` could take the names
 * of another one that was transformed into it.
 */
const distinct = (name: string, room: number): string => {
  const fits = /^[A-Za-z0-9-]+$/.test(name) && name.length <= room && !/-[0-9a-f]{8}$/.test(name)
  if (fits) return name
  const readable = name.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, room - HASH_LENGTH - 1)
  return `${readable}-${hashOf(name)}`
}

const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)
