import type { Simulation } from '../../engine/simulation.ts'
import type { LoadBalancing } from '../load-balancing/load-balancing.ts'
import type { EcsAssumptions } from './assumptions.ts'
import type { Cluster, Service, Task } from './cluster.ts'
import type { DaemonScheduler } from './daemon-scheduler.ts'
import type { ReplicaScheduler } from './replica-scheduler.ts'
import { SCHEDULER_REACTION_MS, SCHEDULER_SLOW_PASS_MS } from './timing.ts'

interface ServiceSchedulerOptions {
  readonly simulation: Simulation
  readonly cluster: Cluster
  readonly loadBalancing: LoadBalancing
  readonly assumptions: EcsAssumptions
  readonly daemons: DaemonScheduler
  readonly replicas: ReplicaScheduler
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
    if (this.#isPassSet) return
    this.#isPassSet = true
    this.#options.simulation.after(SCHEDULER_REACTION_MS, () => this.#pass())
  }

  wakeAll(): void {
    for (const service of this.#options.cluster.services.values()) this.wake(service)
  }

  /** A stopped task frees room for any service and may have been the last one before a daemon. */
  taskChanged(task: Task): void {
    if (task.lastStatus === 'STOPPED') this.wakeAll()
    const { service } = task
    if (service === undefined) return
    this.wake(service)
    if (task.lastStatus === 'RUNNING' && task.target === undefined) this.#wakeWhenHealthy(service)
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
  }
}
