import type {
  ContainerInstanceFacts,
  DrainFacts,
  HookFacts,
  ServiceFacts,
  TaskCount,
  TaskFacts,
} from '../../../lib/decide/facts.ts'
import type { DrainPolicy } from '../../../lib/decide/policy.ts'
import { formatMemory, type WrittenMemory } from '../../../lib/decide/memory.ts'

/** The termination in these tests starts here; times are given in seconds after it. */
export const START = Date.UTC(2026, 10, 20, 9, 0, 0)

export const at = (seconds: number): number => START + 1_000 * seconds

export const arn =
  'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/2dd1b186f39845a584488d2ef155c131'

/** Facts of an ordinary drain `seconds` after its start: our hook waits, the instance is ACTIVE with two tasks; no listing can miss one. */
export const factsAt = (seconds: number, changes: Partial<DrainFacts> = {}): DrainFacts => ({
  now: at(seconds),
  instanceId: 'i-0123456789abcdef0',
  autoScalingGroupName: 'ecs-web-a',
  hop: 0,
  lifecycleState: 'Terminating:Wait',
  hook: hookWith(),
  action: { startedAt: START, cause: 'scale-in' },
  containerInstance: active(),
  counts: [{ at: at(seconds - 60), tasks: 0 }],
  ...changes,
})

/** What memory holds when the first settled look found so many. */
export const tasksCounted = (tasks: number): TaskCount => ({ at: at(7), tasks })

export const hookWith = (changes: Partial<HookFacts> = {}): HookFacts => ({
  heartbeatTimeoutSeconds: 1_800,
  globalTimeoutSeconds: 172_800,
  hasCompanions: false,
  retainsAbandoned: false,
  isLaunchSuspended: false,
  ...changes,
})

/** The defaults of the stack. */
export const policyWith = (changes: Partial<DrainPolicy> = {}): DrainPolicy => ({
  drainTimeoutSeconds: 3_600,
  onDeadline: 'stop-tasks',
  standaloneTasks: 'wait',
  protectedTasks: 'honour',
  drainReserveSeconds: 900,
  spot: 'drain',
  rebalance: 'off',
  health: 'replace',
  ...changes,
})

export const serviceWith = (changes: Partial<ServiceFacts> = {}): ServiceFacts => ({
  name: 'shop',
  isDaemon: false,
  desiredCount: 4,
  runningCount: 4,
  pendingCount: 0,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthyTargetCount: 4,
  ...changes,
})

/** The same facts without some of them. */
export const without = (facts: DrainFacts, ...names: (keyof DrainFacts)[]): DrainFacts =>
  Object.fromEntries(
    Object.entries(facts).filter(([name]) => !names.some((gone) => gone === name)),
  ) as unknown as DrainFacts

export const active = (changes: Partial<ContainerInstanceFacts> = {}): ContainerInstanceFacts => ({
  arn,
  status: 'ACTIVE',
  agentConnected: true,
  runningTasksCount: 2,
  pendingTasksCount: 0,
  ...changes,
})

/** DRAINING since `since` seconds after the start, and remembered. */
export const draining = (
  since: number,
  memory: Partial<WrittenMemory> = {},
  changes: Partial<ContainerInstanceFacts> = {},
): ContainerInstanceFacts =>
  active({
    status: 'DRAINING',
    memory: formatMemory({
      actionStartedAt: START,
      cause: 'scale-in',
      lastBeatAt: START,
      drainingSince: at(since),
      drainedBy: 'us',
      isEnded: false,
      ...memory,
    }),
    ...changes,
  })

/** DRAINING with both counters at 0. */
export const emptied = (since: number, memory: Partial<WrittenMemory> = {}): ContainerInstanceFacts =>
  draining(since, memory, { runningTasksCount: 0, pendingTasksCount: 0 })

export const taskIn = (lastStatus: string, changes: Partial<TaskFacts> = {}): TaskFacts => ({
  arn: 'arn:aws:ecs:eu-west-1:111122223333:task/web/c13b4cb40f1f4fe4a2971f76ae5a47ad',
  serviceName: 'shop',
  lastStatus,
  desiredStatus: lastStatus === 'RUNNING' || lastStatus === 'PENDING' ? 'RUNNING' : 'STOPPED',
  stoppedByUs: false,
  ...changes,
})
