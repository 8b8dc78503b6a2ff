import type { Random } from '../../engine/random.ts'
import type { LoadBalancing } from '../load-balancing/load-balancing.ts'
import type { EcsAssumptions } from './assumptions.ts'
import { isStarting, isWanted, primaryDeployment, type Cluster, type Service, type Task } from './cluster.ts'
import { countFailedTask, countHealthyTask } from './deployment-failures.ts'
import { capacityProviderForNext } from './capacity-provider-strategy.ts'
import { choosePlacement, type PlacementNeed } from './placement.ts'
import { decideReplicas, type ReplicaTaskFacts } from './replica-decision.ts'
import { chooseForScaleIn } from './scale-in-choice.ts'
import type { ServiceNotices } from './service-notices.ts'
import type { Services } from './services.ts'
import type { StartThrottle } from './start-throttle.ts'
import { failedHealthChecks, schedulerStop } from './stop-causes.ts'
import type { TaskLife } from './task-life.ts'
import { isProtected } from './task-protection.ts'
import { isPlaced, type WaitingTask } from './waiting-task.ts'
import type { WaitingTasks, WaitRequest } from './waiting-tasks.ts'

interface ReplicaSchedulerOptions {
  readonly now: () => number
  readonly random: Random
  /** Which of equal tasks scale-in stops; a stream of its own, so that it moves no placement. */
  readonly scaleInRandom: Random
  readonly cluster: Cluster
  readonly loadBalancing: LoadBalancing
  readonly assumptions: EcsAssumptions
  readonly life: TaskLife
  readonly waiting: WaitingTasks
  readonly services: Services
  readonly notices: ServiceNotices
  readonly throttle: StartThrottle
}

interface Replica extends ReplicaTaskFacts {
  readonly task: Task | WaitingTask
}

type PlacedReplica = Replica & { readonly task: Task }

/** Keeps replica services at their desired count, within their bounds. */
export class ReplicaScheduler {
  readonly #options: ReplicaSchedulerOptions

  constructor(options: ReplicaSchedulerOptions) {
    this.#options = options
  }

  schedule(service: Service): void {
    const { notices, throttle, waiting } = this.#options
    waiting.place(service)
    const placed = Array.from(service.tasks, (task) => this.#observe(service, task))
    const replicas = [
      ...this.#inStopOrder(service, placed),
      ...waiting.of(service).map((task) => observeWaiting(service, task)),
    ]
    this.#tellOfHealth(service, replicas)
    const decision = decideReplicas(service, replicas)
    this.#stop(service, decision.stop)
    if (throttle.mayStart(service)) this.#start(service, decision.startCount)
    if (decision.isStuckByBounds) notices.stuckByBounds(service)
    else notices.forget(service, 'bounds')
    if (decision.isHeldByProtection) notices.heldByProtection(service, primaryDeployment(service).id)
    else notices.forget(service, 'protection')
    const isSteady =
      replicas.length === service.desired && replicas.every(isSettled) && decision.startCount === 0
    if (isSteady) this.#settle(service)
    else notices.forget(service, 'steady')
  }

  /** Where a service has too many tasks, those first that scale-in stops. */
  #inStopOrder(service: Service, placed: readonly PlacedReplica[]): readonly Replica[] {
    const wanted = placed.filter(({ phase }) => phase !== 'stopping')
    const excess = wanted.length - service.desired
    if (excess <= 0) return placed
    const chosen = chooseForScaleIn(service, wanted, { count: excess, random: this.#options.scaleInRandom })
    return [...chosen, ...placed.filter((replica) => !chosen.includes(replica))]
  }

  #observe(service: Service, task: Task): PlacedReplica {
    const isDraining = task.containerInstance.status !== 'ACTIVE'
    const isLeaving = isDraining || task.startedBy !== primaryDeployment(service).id
    const { now, assumptions } = this.#options
    const isHeld = !isDraining || assumptions.taskProtectionWhileDraining === 'honoured'
    return {
      task,
      phase: phaseOf(task),
      health: this.#healthOf(task),
      isLeaving,
      isProtected: isHeld && isProtected(task, now()),
    }
  }

  #tellOfHealth(service: Service, replicas: readonly Replica[]): void {
    for (const { task, health, phase } of replicas) {
      if (!isPlaced(task)) continue
      if (health === 'healthy') countHealthyTask(service, task)
      if (health === 'unhealthy' && phase === 'running') this.#options.notices.unhealthy(service, task)
    }
  }

  #healthOf(task: Task): ReplicaTaskFacts['health'] {
    const { loadBalancing, now, assumptions } = this.#options
    if (task.lastStatus !== 'RUNNING' || task.startedAt === undefined) return 'undecided'
    if (task.target === undefined) {
      const healthyAt = task.startedAt + assumptions.healthyWithoutLoadBalancerAfterSeconds * 1_000
      return now() >= healthyAt ? 'healthy' : 'undecided'
    }
    const state = loadBalancing.stateOf(task.target)
    return state === 'healthy' || state === 'unhealthy' ? state : 'undecided'
  }

  #stop(service: Service, replicas: readonly Replica[]): void {
    const { life, waiting, notices } = this.#options
    for (const { task, health } of replicas) {
      if (!isPlaced(task)) {
        waiting.stop(task, schedulerStop(task))
        continue
      }
      life.stop(task, health === 'unhealthy' ? failedHealthChecks(task) : schedulerStop(task))
      if (health === 'unhealthy') countFailedTask(service, task)
    }
    const tasks = replicas.map(({ task }) => task)
    notices.stopped(service, tasks)
  }

  #start(service: Service, count: number): void {
    const { life, notices, cluster, random } = this.#options
    const deployment = primaryDeployment(service)
    const { taskDefinition: definition, id: startedBy } = deployment
    const group = `service:${service.name}`
    const started: (Task | WaitingTask)[] = []
    while (started.length < count) {
      const capacityProviderName = capacityProviderForNext(service, cluster)
      const need = { definition, service, group, startedBy, capacityProviderName }
      const placement = choosePlacement(cluster.registered(), need, random)
      const task =
        placement.kind === 'placed'
          ? life.launch({ ...need, containerInstance: placement.containerInstance })
          : this.#letWait(need)
      if (placement.kind === 'refused' && task === undefined) {
        notices.started(service, started)
        return notices.unableToPlace(service, placement.shortages)
      }
      if (task !== undefined) started.push(task)
    }
    notices.started(service, started)
    notices.forget(service, 'placement-failure')
  }

  /** Undefined: no provider would scale out for the task, or too many tasks wait already. */
  #letWait(need: Omit<WaitRequest, 'capacityProviderName'> & PlacementNeed): WaitingTask | undefined {
    const { capacityProviderName } = need
    if (capacityProviderName === undefined) return undefined
    return this.#options.waiting.begin({ ...need, capacityProviderName })
  }

  #settle(service: Service): void {
    const { services, notices } = this.#options
    if (services.completeDeployment(service))
      notices.deploymentCompleted(service, primaryDeployment(service).id)
    notices.steady(service)
  }
}

/** A task that waits is one that starts, which nothing protects. */
const observeWaiting = (service: Service, task: WaitingTask): Replica => ({
  task,
  phase: 'starting',
  health: 'undecided',
  isLeaving: task.startedBy !== primaryDeployment(service).id,
  isProtected: false,
})

const phaseOf = (task: Task): ReplicaTaskFacts['phase'] => {
  if (!isWanted(task)) return 'stopping'
  return isStarting(task) ? 'starting' : 'running'
}

const isSettled = ({ phase, health, isLeaving }: Replica): boolean =>
  phase === 'running' && health === 'healthy' && !isLeaving
