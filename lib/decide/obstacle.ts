import { isDeadlock } from './bounds.ts'
import type { Obstacle } from './decision.ts'
import type { DrainFacts, HookFacts, ServiceFacts, TaskFacts } from './facts.ts'
import type { WrittenMemory } from './memory.ts'
import { DEFAULT_STOP_TIMEOUT_SECONDS, isStaying, STOP_MARGIN_SECONDS } from './stop-tasks.ts'

/** An agent disconnects and reconnects several times an hour ("Amazon ECS events"); only a longer silence means something. */
const AGENT_GRACE_SECONDS = 120

/** A replacement that runs for so long without its target becoming healthy is taken for one that will not. */
export const HEALTHY_GRACE_SECONDS = 180

/** An orderly end that still takes longer than this is worth a word. */
const SLOW_STOP_SECONDS = 60

/** Why a drain will not end by itself, proven from what was read. */
export interface FoundObstacle {
  readonly because: Obstacle
  /** The services or tasks that are stuck. */
  readonly about?: readonly string[]
  /** When it will end after all. */
  readonly until?: number
}

interface Question {
  readonly facts: DrainFacts
  readonly hook: HookFacts
  readonly memory: WrittenMemory
  readonly tasks: readonly TaskFacts[]
  readonly services: readonly ServiceFacts[]
}

/** The first obstacle that can be shown, the one that explains most first. Undefined: nothing is known to be in the way. */
export const obstacleTo = (question: Question): FoundObstacle | undefined => {
  for (const find of finders) {
    const found = find(question)
    if (found !== undefined) return found
  }
  return undefined
}

/** Services with tasks here that ECS has not decided to stop. */
const stayingServices = ({ tasks, services }: Question): readonly ServiceFacts[] => {
  const names = new Set(tasks.filter(isStaying).map(({ serviceName }) => serviceName))
  return services.filter(({ name, isDaemon }) => !isDaemon && names.has(name))
}

type Find = (question: Question) => FoundObstacle | undefined

const services = (because: Obstacle, found: readonly ServiceFacts[]): FoundObstacle | undefined =>
  found.length === 0 ? undefined : { because, about: found.map(({ name }) => name) }

/** Nothing progresses without the agent: tasks are neither stopped nor seen to have stopped. */
export const silentAgent = ({ now, agentSilentSince }: DrainFacts): FoundObstacle | undefined =>
  agentSilentSince !== undefined && now - agentSilentSince >= AGENT_GRACE_SECONDS * 1_000
    ? { because: 'agent-disconnected' }
    : undefined

const deploymentBounds: Find = (question) =>
  services('deployment-bounds', stayingServices(question).filter(isDeadlock))

/** What a service said before the drain began is of another time. */
const complains = (
  { complaint }: ServiceFacts,
  kind: 'unplaced' | 'impaired',
  { drainingSince }: WrittenMemory,
) => complaint?.kind === kind && complaint.at >= drainingSince

/** It cannot place a task, and no other instance has the room for one. However old its words are, the room is of now. */
const withoutRoom = (question: Question): readonly ServiceFacts[] =>
  stayingServices(question).filter(
    ({ complaint, roomElsewhere }) => complaint?.kind === 'unplaced' && roomElsewhere === 0,
  )

const launchSuspended: Find = (question) =>
  question.hook.isLaunchSuspended ? services('launch-suspended', withoutRoom(question)) : undefined

const noCapacity: Find = (question) => services('no-capacity', withoutRoom(question))

/** There is room by CPU and memory, and still ECS finds no instance: ports, attributes or constraints forbid it. */
const placementConstraint: Find = (question) =>
  services(
    'placement-constraint',
    stayingServices(question).filter(
      (service) => complains(service, 'unplaced', question.memory) && (service.roomElsewhere ?? 0) > 0,
    ),
  )

const replacementUnhealthy: Find = (question) => {
  const { facts, memory } = question
  const isLate = facts.now - memory.drainingSince >= HEALTHY_GRACE_SECONDS * 1_000
  const found = stayingServices(question).filter(
    (service) => complains(service, 'impaired', memory) || (isLate && hasUnhealthyReplacement(service)),
  )
  return services('replacement-unhealthy', found)
}

/** More tasks run than the service wants, and fewer answer than that: the newcomers do not. */
const hasUnhealthyReplacement = ({ desiredCount, runningCount, healthyTargetCount }: ServiceFacts): boolean =>
  healthyTargetCount !== undefined && runningCount > desiredCount && healthyTargetCount <= desiredCount

const standaloneTask: Find = ({ tasks }) => {
  const staying = tasks.filter(isStaying)
  const isOnlyStandalone = staying.length > 0 && staying.every(({ serviceName }) => serviceName === undefined)
  return isOnlyStandalone ? { because: 'standalone-task', about: staying.map(({ arn }) => arn) } : undefined
}

/** SIGTERM was sent, and the container may take its time: until its stop timeout, when it is killed. */
const slowStop: Find = ({ facts, tasks }) => slowest({ ...facts, tasks }, endOf)

const endOf = ({ stoppingAt = 0, deregistrationDelaySeconds = 0, stopTimeoutSeconds }: TaskFacts): number =>
  stoppingAt + 1_000 * (deregistrationDelaySeconds + (stopTimeoutSeconds ?? DEFAULT_STOP_TIMEOUT_SECONDS))

/** The same where only the states of tasks were read: none takes longer than the lead of the slowest one. */
export const slowStopWithin = (
  facts: DrainFacts,
  stopLeadSeconds: number | undefined,
): FoundObstacle | undefined =>
  stopLeadSeconds === undefined
    ? undefined
    : slowest(facts, ({ stoppingAt = 0 }) => stoppingAt + 1_000 * (stopLeadSeconds - STOP_MARGIN_SECONDS))

const slowest = (
  { now, tasks }: DrainFacts,
  endOfTask: (task: TaskFacts) => number,
): FoundObstacle | undefined => {
  if (tasks === undefined || tasks.some(isStaying)) return undefined
  const until = Math.max(0, ...tasks.filter(({ lastStatus }) => lastStatus === 'STOPPING').map(endOfTask))
  return until - now > SLOW_STOP_SECONDS * 1_000 ? { because: 'slow-stop', until } : undefined
}

const finders: readonly Find[] = [
  ({ facts }) => silentAgent(facts),
  deploymentBounds,
  launchSuspended,
  noCapacity,
  placementConstraint,
  replacementUnhealthy,
  standaloneTask,
  slowStop,
]
