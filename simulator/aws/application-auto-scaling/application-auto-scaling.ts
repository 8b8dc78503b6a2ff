import type { Simulation } from '../../engine/simulation.ts'
import { MINUTES_KEPT, taskTargetOf, type LoadMinute, type TaskTarget } from './task-target.ts'

/** A service whose desired count follows its requests. */
export interface ScalableService {
  readonly name: string
  readonly target: TaskTarget
  /** Requests that clients sent since virtual time began. */
  readonly requestsSent: () => number
  readonly desiredCount: () => number
  readonly setDesiredCount: (desiredCount: number) => void
}

/** A service has been asked for another number of tasks. */
interface ScaledService {
  readonly service: string
  readonly from: number
  readonly to: number
}

const MINUTE_MS = 60_000

/**
 * Application Auto Scaling for ECS services: target tracking on the requests for each task ("Use a target metric to
 * scale Amazon ECS services"). Each service is looked at once a minute, at a second of the minute that the seed draws.
 */
export class ApplicationAutoScaling {
  readonly #simulation: Simulation
  readonly #listeners: ((scaled: ScaledService) => void)[] = []

  constructor(simulation: Simulation, services: readonly ScalableService[]) {
    this.#simulation = simulation
    const random = simulation.randomFor('application-auto-scaling')
    for (const service of services) {
      const follow = this.#follow(service)
      simulation.after(random.integer(0, MINUTE_MS - 1), () => this.#eachMinute(follow))
    }
  }

  onScaled(listener: (scaled: ScaledService) => void): void {
    this.#listeners.push(listener)
  }

  #eachMinute(look: () => void): void {
    look()
    this.#simulation.after(MINUTE_MS, () => this.#eachMinute(look))
  }

  /** @returns looks at the minute that has passed since the last look; the first one only begins to count. */
  #follow(service: ScalableService): () => void {
    const { target, requestsSent, desiredCount } = service
    let minutes: readonly LoadMinute[] = []
    let sentBefore: number | undefined
    let scaledInAt: number | undefined
    return () => {
      const sent = requestsSent()
      const desired = desiredCount()
      if (sentBefore !== undefined)
        minutes = [...minutes, { requests: sent - sentBefore, desired }].slice(-MINUTES_KEPT)
      sentBefore = sent
      const now = this.#simulation.now()
      const wanted = taskTargetOf(target, {
        minutes,
        desired,
        ...(scaledInAt !== undefined && { secondsSinceScaleIn: (now - scaledInAt) / 1_000 }),
      })
      if (wanted < desired) scaledInAt = now
      if (wanted !== desired) this.#scale(service, desired, wanted)
    }
  }

  #scale({ name, setDesiredCount }: ScalableService, from: number, to: number): void {
    setDesiredCount(to)
    for (const listener of this.#listeners) listener({ service: name, from, to })
  }
}
