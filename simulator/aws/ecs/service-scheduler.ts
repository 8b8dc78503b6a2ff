import type { Simulation } from '../../engine/simulation.ts'
import type { LoadBalancing } from '../load-balancing/load-balancing.ts'
import type { EcsAssumptions } from './assumptions.ts'
import type { Cluster, Service, Task } from './cluster.ts'
import type { DaemonScheduler } from './daemon-scheduler.ts'
import { countFailedTask } from './deployment-failures.ts'
import type { ReplicaScheduler } from './replica-scheduler.ts'
import type { WaitingTasks } from './waiting-tasks.ts'
import type { StartThrottle } from './start-throttle.ts'
import { SCHEDULER_REACTION_MS, SCHEDULER_SLOW_PASS_MS } from './timing.ts'

interface ServiceSchedulerOptions {
  readonly simulation: Simulation
  readonly cluster: Cluster
  readonly loadBalancing: LoadBalancing
  readonly assumptions: EcsAssumptions
  readonly daemons: DaemonScheduler
  readonly replicas: ReplicaScheduler
  readonly throttle: StartThrottle
  readonly waiting: WaitingTasks
}

/** Says when services are looked at: shortly after something changed for them, and now and then. */
export class ServiceScheduler {
  readonly #options: ServiceSchedulerOptions
  readonly #due = new Set<Service>()
  #isPassSet = false

  constructor(options: ServiceSchedulerOptions) {
    this.#options = options
    options.loadBalancing.onTargetStateChange(({ targetGroupArn }) => {
      for (const service of options.cluster.services.values()) {
        if (service.targetGroupArn === targetGroupArn) this.wake(service)
      }
    })
    this.#passSlowly()
  }

  wake(service: Service): void {
    this.#due.add(service)
    this.#passSoon()
  }

  #passSoon(): void {
    if (this.#isPassSet) return
    this.#isPassSet = true
    this.#options.simulation.after(SCHEDULER_REACTION_MS, () => this.#pass())
  }

  /** Somebody updated the service, so what slowed its starts down is forgotten. */
  serviceUpdated(service: Service): void {
    this.#options.throttle.forgive(service)
    this.wake(service)
  }

  wakeAll(): void {
    const { cluster, waiting } = this.#options
    for (const service of cluster.services.values()) this.wake(service)
    if (waiting.of(undefined).length > 0) this.#passSoon()
  }

  /** A stopped task frees room for any service and may have been the last one before a daemon. */
  taskChanged(task: Task): void {
    if (task.lastStatus === 'STOPPED') this.wakeAll()
    const { service } = task
    if (service === undefined) return
    this.wake(service)
    this.#judgeStart(service, task)
    if (task.lastStatus === 'RUNNING' && task.target === undefined) this.#wakeWhenHealthy(service)
  }

  #judgeStart(service: Service, task: Task): void {
    const { throttle } = this.#options
    if (task.lastStatus === 'RUNNING') throttle.forgive(service)
    if (task.lastStatus !== 'STOPPED' || task.stopCause?.code !== 'TaskFailedToStart') return
    countFailedTask(service, task)
    throttle.failed(service, task)
  }

  #wakeWhenHealthy(service: Service): void {
    const { simulation, assumptions } = this.#options
    simulation.after(assumptions.healthyWithoutLoadBalancerAfterSeconds * 1_000, () => this.wake(service))
  }

  #passSlowly(): void {
    this.#options.simulation.after(SCHEDULER_SLOW_PASS_MS, () => {
      this.wakeAll()
      this.#passSlowly()
    })
  }

  /** Daemons first: they are the first tasks on a new instance. */
  #pass(): void {
    const due = [...this.#due]
    this.#due.clear()
    this.#isPassSet = false
    for (const service of due) if (service.strategy === 'DAEMON') this.#options.daemons.schedule(service)
    for (const service of due) if (service.strategy === 'REPLICA') this.#options.replicas.schedule(service)
    this.#options.waiting.place(undefined)
  }
}
