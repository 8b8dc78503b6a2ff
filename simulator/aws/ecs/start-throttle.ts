import type { Simulation } from '../../engine/simulation.ts'
import type { Service, Task } from './cluster.ts'
import type { ServiceNotices } from './service-notices.ts'
import { FAILED_TRIES_BEFORE_THROTTLING, FIRST_START_RETRY_MS } from './timing.ts'

interface StartThrottleOptions {
  readonly simulation: Simulation
  readonly notices: ServiceNotices
  readonly longestRetryMs: number
  readonly wake: (service: Service) => void
}

interface Trouble {
  readonly failedTries: number
  readonly lastFailedAt: number
  readonly retryAt: number
}

/**
 * Slows services down whose tasks do not come to RUNNING ("Amazon ECS service throttle logic"): they are tried for
 * ever, but ever more rarely. Tasks that end after RUNNING, or fail their load balancer's checks, do not count.
 */
export class StartThrottle {
  readonly #options: StartThrottleOptions
  readonly #troubles = new Map<Service, Trouble>()

  constructor(options: StartThrottleOptions) {
    this.#options = options
  }

  mayStart(service: Service): boolean {
    const trouble = this.#troubles.get(service)
    return trouble === undefined || this.#options.simulation.now() >= trouble.retryAt
  }

  /** A task went from PENDING to STOPPED. Tasks that were started together are one try. */
  failed(service: Service, task: Task): void {
    const { simulation, notices, wake } = this.#options
    const known = this.#troubles.get(service)
    const now = simulation.now()
    if (known !== undefined && task.createdAt <= known.lastFailedAt) return
    const failedTries = (known?.failedTries ?? 0) + 1
    const delayMs = this.#delayMs(failedTries)
    this.#troubles.set(service, { failedTries, lastFailedAt: now, retryAt: now + delayMs })
    if (delayMs === 0) return
    notices.unableToStart(service)
    simulation.after(delayMs, () => wake(service))
  }

  /** A task came to RUNNING, or somebody updated the service: it is no longer slowed down. */
  forgive(service: Service): void {
    if (this.#troubles.delete(service)) this.#options.notices.forget(service, 'start-impaired')
  }

  #delayMs(failedTries: number): number {
    const step = failedTries - FAILED_TRIES_BEFORE_THROTTLING
    return step < 0 ? 0 : Math.min(FIRST_START_RETRY_MS * 2 ** step, this.#options.longestRetryMs)
  }
}
