import { taskLimits, type DeploymentBounds } from './bounds.ts'

/** What the scheduler needs to know of one task of a replica service. */
export interface ReplicaTaskFacts {
  readonly phase: 'starting' | 'running' | 'stopping'
  /** `undecided`: no health check has spoken yet. */
  readonly health: 'healthy' | 'undecided' | 'unhealthy'
  /** Its instance is draining, or its deployment is being replaced. */
  readonly isLeaving: boolean
  /** Neither a scale-in nor a deployment may stop it. */
  readonly isProtected: boolean
}

interface ReplicaDecision<Facts> {
  readonly startCount: number
  readonly stop: readonly Facts[]
  /** Tasks should leave, nothing is under way, and the bounds allow neither to stop nor to start one. */
  readonly isStuckByBounds: boolean
  /** Nothing is left to do but to stop tasks that are protected. */
  readonly isHeldByProtection: boolean
}

/**
 * What a replica service does next. Starting and stopping both happen as far as the bounds allow: at most
 * `mostTasks` tasks in any phase, stopping ones included, and at least `leastHealthy` healthy ones.
 */
export const decideReplicas = <Facts extends ReplicaTaskFacts>(
  service: DeploymentBounds,
  tasks: readonly Facts[],
): ReplicaDecision<Facts> => {
  const { leastHealthy, mostTasks } = taskLimits(service)
  const wanted = tasks.filter(({ phase }) => phase !== 'stopping')
  const staying = wanted.filter(({ isLeaving, health }) => !isLeaving && health !== 'unhealthy')
  const room = mostTasks - tasks.length
  const startCount = Math.max(0, Math.min(service.desired - staying.length, room))
  const excess = Math.max(0, staying.length - service.desired)
  const leaving = wanted.filter(({ isLeaving }) => isLeaving)
  const sparable = [...leaving.filter(isFreeToGo), ...surplus(staying.filter(isFreeToGo), excess)]
  const stop = [
    ...takeSparable(sparable, wanted.filter(isHealthy).length - leastHealthy),
    ...stoppableSick(
      { wanted, staying, isFull: room <= 0, isAnyStopping: wanted.length < tasks.length },
      service.desired,
    ),
  ]
  const isSettled = tasks.every(({ phase, health }) => phase === 'running' && health !== 'undecided')
  const isAtRest = isSettled && startCount === 0 && stop.length === 0
  const isStuckByBounds = isAtRest && leaving.some(isFreeToGo)
  const isHeldByProtection = isAtRest && sparable.length === 0 && leaving.length + excess > 0
  return { startCount, stop, isStuckByBounds, isHeldByProtection }
}

const isFreeToGo = (task: ReplicaTaskFacts): boolean => !task.isProtected

const isHealthy = ({ health }: ReplicaTaskFacts): boolean => health === 'healthy'

/** Those too many after a scale-in: what is not up yet goes first. */
const surplus = <Facts extends ReplicaTaskFacts>(
  stoppable: readonly Facts[],
  excess: number,
): readonly Facts[] => [...stoppable].sort((one, other) => rank(one) - rank(other)).slice(0, excess)

const rank = ({ phase, health }: ReplicaTaskFacts): number => {
  if (phase === 'starting') return 0
  return health === 'healthy' ? 2 : 1
}

/** A task costs what its end would take from the healthy ones; `spare` is how many of them may go. */
const takeSparable = <Facts extends ReplicaTaskFacts>(
  candidates: readonly Facts[],
  spare: number,
): readonly Facts[] => {
  const taken: Facts[] = []
  let left = spare
  for (const task of [...candidates].sort((one, other) => rank(one) - rank(other))) {
    const cost = isHealthy(task) ? 1 : 0
    const isFree = task.phase === 'starting' || task.health === 'unhealthy'
    if (!isFree && left < cost) continue
    left -= cost
    taken.push(task)
  }
  return taken
}

interface SickRoom<Facts> {
  readonly wanted: readonly Facts[]
  readonly staying: readonly Facts[]
  readonly isFull: boolean
  readonly isAnyStopping: boolean
}

/**
 * Unhealthy tasks on good instances: their replacements start first, and they stop when those are healthy; without
 * room for a replacement they stop one by one (API reference, DeploymentConfiguration.minimumHealthyPercent).
 */
const stoppableSick = <Facts extends ReplicaTaskFacts>(
  { wanted, staying, isFull, isAnyStopping }: SickRoom<Facts>,
  desired: number,
): readonly Facts[] => {
  const sick = wanted.filter(({ isLeaving, health }) => !isLeaving && health === 'unhealthy')
  if (staying.filter(isHealthy).length >= desired) return sick
  return isFull && !isAnyStopping ? sick.slice(0, 1) : []
}
