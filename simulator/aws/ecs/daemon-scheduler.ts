import {
  isWanted,
  primaryDeployment,
  type Cluster,
  type ContainerInstance,
  type Service,
  type Task,
} from './cluster.ts'
import { isSeat } from './daemon-seats.ts'
import { countHealthyTask } from './deployment-failures.ts'
import { shortageOf, type Shortage } from './placement.ts'
import type { ServiceNotices } from './service-notices.ts'
import type { Services } from './services.ts'
import type { StartThrottle } from './start-throttle.ts'
import { schedulerStop } from './stop-causes.ts'
import type { TaskLife } from './task-life.ts'
import { isProtected } from './task-protection.ts'

interface DaemonSchedulerOptions {
  readonly now: () => number
  readonly cluster: Cluster
  readonly life: TaskLife
  readonly services: Services
  readonly notices: ServiceNotices
  readonly throttle: StartThrottle
}

/**
 * Keeps one task of a daemon service on each ACTIVE instance. On a DRAINING one it stops the daemon last, when no task
 * of a replica service is left ("Amazon ECS services", daemon).
 */
export class DaemonScheduler {
  readonly #options: DaemonSchedulerOptions

  constructor(options: DaemonSchedulerOptions) {
    this.#options = options
  }

  schedule(service: Service): void {
    const { cluster, life, notices, throttle } = this.#options
    const registered = cluster.registered()
    const stopped = [...service.tasks].filter((task) => isWanted(task) && this.#mayStop(service, task))
    for (const task of stopped) life.stop(task, schedulerStop(task))
    notices.stopped(service, stopped)
    if (throttle.mayStart(service)) this.#start(service, registered)
    this.#judge(service, registered)
  }

  #start(service: Service, registered: readonly ContainerInstance[]): void {
    const { life, notices } = this.#options
    const { taskDefinition: definition, id: startedBy } = primaryDeployment(service)
    const group = `service:${service.name}`
    const started: Task[] = []
    const shortages: Shortage[] = []
    for (const containerInstance of registered) {
      if (!isWaiting(service, containerInstance)) continue
      const shortage = shortageOf(containerInstance, { definition, service, group })
      if (shortage !== undefined) shortages.push(shortage)
      else started.push(life.launch({ definition, containerInstance, service, group, startedBy }))
    }
    notices.started(service, started)
    if (shortages.length > 0) notices.unableToPlace(service, shortages)
    else notices.forget(service, 'placement-failure')
  }

  #judge(service: Service, registered: readonly ContainerInstance[]): void {
    const { services, notices } = this.#options
    for (const task of service.tasks) if (task.lastStatus === 'RUNNING') countHealthyTask(service, task)
    const seats = registered.filter((containerInstance) => isSeat(service, containerInstance))
    const isWhole = seats.every((containerInstance) => daemonOn(service, containerInstance) !== undefined)
    const isQuiet = [...service.tasks].every((task) => isWanted(task) && task.lastStatus === 'RUNNING')
    if (!isWhole || !isQuiet) return notices.forget(service, 'steady')
    if (services.completeDeployment(service))
      notices.deploymentCompleted(service, primaryDeployment(service).id)
    notices.steady(service)
  }

  #mayStop(service: Service, task: Task): boolean {
    if (task.startedBy !== primaryDeployment(service).id) return !isProtected(task, this.#options.now())
    const { status, tasks } = task.containerInstance
    return status === 'DRAINING' && ![...tasks].some((other) => other.service?.strategy === 'REPLICA')
  }
}

const isWaiting = (service: Service, containerInstance: ContainerInstance): boolean =>
  isSeat(service, containerInstance) &&
  containerInstance.agentConnected &&
  daemonOn(service, containerInstance) === undefined

/** In any state but STOPPED: a daemon's maximum is 100 %, so the old task ends before a new one starts. */
const daemonOn = (service: Service, { tasks }: ContainerInstance): Task | undefined =>
  [...tasks].find((task) => task.service === service)
