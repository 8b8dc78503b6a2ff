import fc from 'fast-check'

import type {
  ActionFacts,
  ContainerInstanceFacts,
  DrainFacts,
  HookFacts,
  MachineFacts,
  Notice,
  RegistrationFacts,
  ServiceFacts,
  TaskFacts,
} from '../../../lib/decide/facts.ts'
import type { LaunchFacts } from '../../../lib/decide/launch.ts'
import { formatMemory, type WrittenMemory } from '../../../lib/decide/memory.ts'
import type { DrainPolicy, StandalonePolicy } from '../../../lib/decide/policy.ts'
import { at, draining, factsAt, START, taskIn } from './facts-of.ts'

/** Moments at which some rule changes its mind, and a second to either side of them. */
const edges = [0, 1, 5, 30, 60, 120, 180, 300, 600, 1_200, 1_800, 2_700, 3_240, 3_540, 3_600, 7_200]

/** Seconds after the termination began, most of them near an edge. */
export const seconds = fc.oneof(
  fc.constantFrom(...edges.flatMap((edge) => [edge - 1, edge, edge + 1])),
  fc.integer({ min: 0, max: 3_600 }),
  fc.integer({ min: -1_000, max: 8_000 }),
)
const moment = seconds.map(at)

/** An object in which some of the fields may be absent, as facts have it, never undefined. */
const withOptional = <Value extends object>(
  fields: {
    readonly [Name in keyof Value]-?: fc.Arbitrary<NonNullable<Value[Name]>>
  },
  required: readonly (keyof Value & string)[],
): fc.Arbitrary<Value> => fc.record(fields, { requiredKeys: [...required] }) as unknown as fc.Arbitrary<Value>

const anyMemories: fc.Arbitrary<WrittenMemory> = withOptional<WrittenMemory>(
  {
    actionStartedAt: fc.oneof({ weight: 4, arbitrary: fc.constant(START) }, { weight: 1, arbitrary: moment }),
    cause: fc.constantFrom('scale-in', 'health', 'unknown', 'spot'),
    lastBeatAt: moment,
    drainingSince: fc.oneof({ weight: 3, arbitrary: fc.constant(at(1)) }, { weight: 1, arbitrary: moment }),
    drainedBy: fc.constantFrom('us', 'others'),
    isEnded: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    isIntent: fc.constantFrom(true),
    stopLeadSeconds: fc.constantFrom(0, 60, 360, 4_000),
    noticedAt: moment,
    blockedBy: fc.constantFrom('deployment-bounds', 'no-capacity'),
    counted: fc.record({ at: moment, tasks: fc.integer({ min: 0, max: 3 }) }),
  },
  ['actionStartedAt', 'cause', 'lastBeatAt', 'drainingSince', 'drainedBy', 'isEnded'],
)

/** One in sixteen is an intent, and nothing that is only meant has ended. */
export const memories = fc.tuple(anyMemories, fc.integer({ min: 1, max: 8 })).map(([memory, dice]) => {
  const { isIntent, ...accepted } = memory
  return isIntent && dice === 1 ? { ...accepted, isIntent, isEnded: false } : accepted
})

const attribute = fc.oneof(
  { weight: 8, arbitrary: memories.map(formatMemory) },
  { weight: 1, arbitrary: fc.constantFrom('', 'v3:something-else', 'v2:1:2:3') },
)

const containerInstances: fc.Arbitrary<ContainerInstanceFacts> = withOptional<ContainerInstanceFacts>(
  {
    arn: fc.constantFrom('arn:aws:ecs:eu-west-1:111122223333:container-instance/web/1'),
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant('DRAINING') },
      { weight: 2, arbitrary: fc.constant('ACTIVE') },
      { weight: 1, arbitrary: fc.constantFrom('REGISTERING', 'DEREGISTERING', 'INACTIVE') },
    ),
    agentConnected: fc.boolean(),
    runningTasksCount: fc.constantFrom(0, 0, 1, 2),
    pendingTasksCount: fc.constantFrom(0, 0, 0, 1),
    memory: attribute,
  },
  ['arn', 'status', 'agentConnected', 'runningTasksCount', 'pendingTasksCount'],
)

const statuses = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ lastStatus: fc.constant('STOPPED'), desiredStatus: fc.constant('STOPPED') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      lastStatus: fc.constant('RUNNING'),
      desiredStatus: fc.constantFrom('RUNNING', 'STOPPED'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      lastStatus: fc.constantFrom('PENDING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'DELETED'),
      desiredStatus: fc.constantFrom('RUNNING', 'STOPPED'),
    }),
  },
)

const serviceNames = fc.constantFrom('shop', 'search', 'logs')

const taskDetails = withOptional<Omit<TaskFacts, 'arn' | 'lastStatus' | 'desiredStatus'>>(
  {
    serviceName: serviceNames,
    stoppedAt: moment,
    stoppedByUs: fc.boolean(),
    stoppingAt: moment,
    protectedUntil: moment,
    stopTimeoutSeconds: fc.constantFrom(2, 30, 600, 172_800),
    deregistrationDelaySeconds: fc.constantFrom(0, 300, 3_600),
    timesAssumedSince: moment,
  },
  ['stoppedByUs'],
)

export const taskLists: fc.Arbitrary<readonly TaskFacts[]> = fc
  .array(fc.tuple(statuses, taskDetails), { maxLength: 5 })
  .map((tasks) => tasks.map(([status, details], index) => ({ arn: `task-${index}`, ...status, ...details })))

const serviceNamed = (name: string): fc.Arbitrary<ServiceFacts> =>
  withOptional<ServiceFacts>(
    {
      name: fc.constant(name),
      isDaemon: fc.constant(name === 'logs'),
      desiredCount: fc.integer({ min: 0, max: 4 }),
      runningCount: fc.integer({ min: 0, max: 5 }),
      pendingCount: fc.integer({ min: 0, max: 2 }),
      minimumHealthyPercent: fc.constantFrom(0, 50, 100),
      maximumPercent: fc.constantFrom(100, 150, 200),
      complaint: fc.record({ kind: fc.constantFrom('unplaced', 'impaired'), at: moment }),
      roomElsewhere: fc.integer({ min: 0, max: 2 }),
      healthyTargetCount: fc.integer({ min: 0, max: 5 }),
      isHealthUnread: fc.constant(true as const),
    },
    [
      'name',
      'isDaemon',
      'desiredCount',
      'runningCount',
      'pendingCount',
      'minimumHealthyPercent',
      'maximumPercent',
    ],
  )

const services = fc
  .tuple(serviceNamed('shop'), serviceNamed('search'), serviceNamed('logs'))
  .chain((all) => fc.subarray(all))

const hooks: fc.Arbitrary<HookFacts> = fc
  .record({
    heartbeatTimeoutSeconds: fc.constantFrom(180, 300, 1_800, 7_200),
    hasCompanions: fc.boolean(),
    retainsAbandoned: fc.boolean(),
    isLaunchSuspended: fc.boolean(),
  })
  // The cap is 100 times the timeout or 48 hours; a shorter one stands for those that AWS may introduce.
  .chain((hook) =>
    fc
      .constantFrom(3_000, ...Array<number>(3).fill(Math.min(172_800, 100 * hook.heartbeatTimeoutSeconds)))
      .map((globalTimeoutSeconds) => ({ ...hook, globalTimeoutSeconds })),
  )

const notices: fc.Arbitrary<Notice> = withOptional<Notice>(
  {
    kind: fc.constantFrom('spot', 'capacity', 'health', 'rebalance'),
    at: moment,
    startsAt: fc.oneof(moment, fc.constant(at(14 * 86_400))),
  },
  ['kind', 'at'],
)

const actions: fc.Arbitrary<ActionFacts> = fc.record({
  startedAt: fc.oneof({ weight: 5, arbitrary: fc.constant(START) }, { weight: 1, arbitrary: moment }),
  cause: fc.constantFrom('scale-in', 'spot', 'unknown'),
})

const machines: fc.Arbitrary<MachineFacts> = withOptional<MachineFacts>(
  {
    state: fc.constantFrom('running', 'stopped', 'shutting-down', 'terminated'),
    launchedAt: moment,
    autoScalingGroupName: fc.constant('ecs-web-a'),
  },
  ['state'],
)

const registrations: fc.Arbitrary<RegistrationFacts> = fc.record({
  clusterExists: fc.boolean(),
  hasSibling: fc.boolean(),
  unknownSince: moment,
})

const waitingStates = fc.oneof(
  { weight: 8, arbitrary: fc.constant('Terminating:Wait') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Warmed:Pending:Wait', 'Warmed:Terminating:Wait', 'ReplacingRootVolume:Wait'),
  },
)

const lifecycleStates = fc.oneof(
  { weight: 5, arbitrary: waitingStates },
  {
    weight: 2,
    arbitrary: fc.constantFrom('InService', 'Pending:Wait', 'Terminating', 'Terminating:Proceed', 'Standby'),
  },
)

/** Mostly such that no listing can miss a task. */
const taskCounts = fc.oneof(
  { weight: 3, arbitrary: fc.constant([{ at: 0, tasks: 0 }]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ at: moment, tasks: fc.integer({ min: 0, max: 3 }) }), { maxLength: 2 }),
  },
)

const drainFactsIn = (states: fc.Arbitrary<string>): fc.Arbitrary<DrainFacts> =>
  withOptional<DrainFacts>(
    {
      now: moment,
      instanceId: fc.constant('i-0123456789abcdef0'),
      autoScalingGroupName: fc.constant('ecs-web-a'),
      announcedAt: moment,
      notice: notices,
      hop: fc.integer({ min: 0, max: 3 }),
      lifecycleState: states,
      hook: hooks,
      action: actions,
      unlistedSince: moment,
      containerInstance: containerInstances,
      registration: registrations,
      machine: machines,
      tasks: taskLists,
      unread: fc.constantFrom('protections', 'statuses', 'closely'),
      saidStopped: fc.subarray(['task-0', 'task-1']),
      services,
      agentSilentSince: moment,
      orphanSince: moment,
      counts: taskCounts,
    },
    ['now', 'instanceId', 'hop'],
  )

/** Any facts, also those that no reading would put together: rules must not rest on what another module never does. */
export const drainFacts: fc.Arbitrary<DrainFacts> = drainFactsIn(lifecycleStates)

/** Facts of an instance whose hook waits, with all that is usually read; now and then something is missing. */
export const waitingFacts: fc.Arbitrary<DrainFacts> = fc
  .tuple(drainFactsIn(waitingStates), hooks, actions, containerInstances, waitingStates)
  .chain(([facts, hook, action, containerInstance, lifecycleState]) => {
    const whole: DrainFacts = { hook, action, containerInstance, lifecycleState, ...facts }
    return fc.constantFrom(whole, whole, whole, facts)
  })

/** Facts of a drain that is on its way: remembered, settled or nearly so, and listed. */
export const leavingFacts: fc.Arbitrary<DrainFacts> = fc
  .record({
    facts: waitingFacts,
    memory: memories,
    hook: hooks,
    tasks: taskLists,
    counted: fc.constantFrom(0, 0, 1, 2),
  })
  .map(({ facts, memory, hook, tasks, counted }) => {
    const { machine: _, unlistedSince: __, ...rest } = facts
    const action = { startedAt: memory.actionStartedAt, cause: memory.cause }
    const containerInstance: ContainerInstanceFacts = {
      arn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/1',
      status: 'DRAINING',
      agentConnected: true,
      runningTasksCount: counted,
      pendingTasksCount: 0,
      memory: formatMemory(memory),
    }
    return { ...factsAt(0), ...rest, hook, action, containerInstance, tasks }
  })

/** The last minute of a drain that nothing but its deadline ends: tasks take half of it to stop, and still run. */
export const lastMinuteFacts: fc.Arbitrary<DrainFacts> = fc
  .record({
    now: fc.integer({ min: 3_530, max: 3_599 }).map(at),
    tasks: fc.array(fc.record({ serviceName: serviceNames, stoppedByUs: fc.boolean() }), { maxLength: 6 }),
    services,
  })
  .map(({ now, tasks, services }) => ({
    ...factsAt(0),
    now,
    containerInstance: draining(1),
    tasks: tasks.map(({ serviceName, stoppedByUs }, index) =>
      taskIn(stoppedByUs ? 'DEACTIVATING' : 'RUNNING', { arn: `task-${index}`, serviceName, stoppedByUs }),
    ),
    services,
  }))

/** All three, so that a property meets both the strange and the ordinary. */
export const anyFacts = fc.oneof(drainFacts, waitingFacts, leavingFacts)

export const policies: fc.Arbitrary<DrainPolicy> = fc.record({
  drainTimeoutSeconds: fc.constantFrom(300, 3_600, 3_600, 7_200),
  onDeadline: fc.constantFrom('stop-tasks', 'continue', 'retain'),
  standaloneTasks: fc.constantFrom<StandalonePolicy>('wait', 'ignore', { stopAfterSeconds: 600 }),
  protectedTasks: fc.constantFrom('honour', 'ignore'),
  drainReserveSeconds: fc.constantFrom(0, 900),
  spot: fc.constantFrom('drain', 'off'),
  rebalance: fc.constantFrom('off', 'replace'),
  health: fc.constantFrom('replace', 'off'),
})

export const launchFacts: fc.Arbitrary<LaunchFacts> = withOptional<LaunchFacts>(
  {
    now: moment,
    instanceId: fc.constant('i-0123456789abcdef0'),
    autoScalingGroupName: fc.constant('ecs-web-a'),
    lifecycleState: fc.constantFrom('Pending:Wait', 'Pending:Wait', 'Warmed:Pending:Wait', 'InService'),
    hook: hooks,
    startedAt: moment,
    isListed: fc.boolean(),
    containerInstance: containerInstances,
    isClusterOfGroup: fc.boolean(),
    missingDaemons: fc.subarray(['logs', 'metrics']),
  },
  ['now', 'instanceId', 'autoScalingGroupName', 'lifecycleState', 'startedAt', 'isListed'],
)
