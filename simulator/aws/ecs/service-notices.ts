import type { Random } from '../../engine/random.ts'
import type { ClusterEvents } from './cluster-events.ts'
import type { Service, ServiceNotice, Task } from './cluster.ts'
import type { Shortage } from './placement.ts'
import { COMPLAINT_REPEAT_MS, STEADY_STATE_REPEAT_MS } from './timing.ts'

/** A service shows its newest messages only (API reference, Service.events). */
const MESSAGES_KEPT = 100

interface Repetition {
  readonly notice: ServiceNotice
  readonly everyMs: number
}

interface ServiceNoticesOptions {
  readonly random: Random
  readonly now: () => number
  readonly events: ClusterEvents
}

/** What services say: messages in DescribeServices, and ECS Service Action events ("Service event messages"). */
export class ServiceNotices {
  readonly #random: Random
  readonly #now: () => number
  readonly #events: ClusterEvents

  constructor({ random, now, events }: ServiceNoticesOptions) {
    this.#random = random
    this.#now = now
    this.#events = events
  }

  started(service: Service, tasks: readonly Task[]): void {
    if (tasks.length > 0) this.#say(service, `has started ${tasks.length} tasks: ${list(tasks)}.`)
  }

  stopped(service: Service, tasks: readonly Task[]): void {
    if (tasks.length > 0) this.#say(service, `has stopped ${tasks.length} running tasks: ${list(tasks)}.`)
  }

  steady(service: Service): void {
    this.#tell(service, { notice: 'steady', everyMs: STEADY_STATE_REPEAT_MS }, () => {
      this.#say(service, 'has reached a steady state.')
      this.#events.serviceActed(service, { eventType: 'INFO', eventName: 'SERVICE_STEADY_STATE' })
    })
  }

  unableToPlace(service: Service, shortages: readonly Shortage[]): void {
    this.#tell(service, { notice: 'placement-failure', everyMs: COMPLAINT_REPEAT_MS }, () => {
      this.#say(
        service,
        `was unable to place a task because no container instance met all of its requirements. ${detailOf(shortages)}`,
      )
      this.#events.serviceActed(service, {
        eventType: 'ERROR',
        eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
        containerInstanceArns: shortages.map(({ containerInstance }) => containerInstance.arn),
        reason: shortages[0]?.reason ?? NO_INSTANCE,
      })
    })
  }

  stuckByBounds(service: Service): void {
    this.#tell(service, { notice: 'bounds', everyMs: COMPLAINT_REPEAT_MS }, () => {
      this.#say(
        service,
        'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
          'Update the minimumHealthyPercent or maximumPercent value and try again.',
      )
    })
  }

  deploymentCompleted(service: Service, deploymentId: string): void {
    this.#say(service, `(deployment ${deploymentId}) deployment completed.`)
  }

  /** The service no longer says so; when it does again, that is news. */
  forget(service: Service, notice: ServiceNotice): void {
    service.noticedAt.delete(notice)
  }

  /** Tells what is news, and what is not only now and then. */
  #tell(service: Service, { notice, everyMs }: Repetition, tell: () => void): void {
    const noticedAt = service.noticedAt.get(notice)
    if (noticedAt !== undefined && this.#now() - noticedAt < everyMs) return
    service.noticedAt.set(notice, this.#now())
    tell()
  }

  #say(service: Service, text: string): void {
    const digits = this.#random.hex(32)
    const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    service.messages.unshift({ id, createdAt: this.#now(), message: `(service ${service.name}) ${text}` })
    service.messages.splice(MESSAGES_KEPT)
  }
}

const NO_INSTANCE = 'No Container Instances were found in your cluster.'

const detailOf = ([closest]: readonly Shortage[]): string => {
  if (closest === undefined) return `Reason: ${NO_INSTANCE}`
  const id = closest.containerInstance.arn.split('/').at(-1)
  const lack = closest.reason === 'RESOURCE:CPU' ? 'CPU units' : 'memory'
  return `The closest matching (container-instance ${id}) has insufficient ${lack} available.`
}

const list = (tasks: readonly Task[]): string => tasks.map(({ id }) => `(task ${id})`).join(' ')
