import type { Random } from '../../engine/random.ts'
import type { ClusterEvents, ServiceAction } from './cluster-events.ts'
import type { Service, ServiceNotice, Task } from './cluster.ts'
import type { Shortage, ShortageReason } from './placement.ts'
import { COMPLAINT_REPEAT_MS, STEADY_STATE_REPEAT_MS } from './timing.ts'

/** A service shows its newest messages only (API reference, Service.events). */
const MESSAGES_KEPT = 100

export const STEADY_STATE = 'has reached a steady state.'

/** What comes after the complaints that users most often look up, as the API gives them. */
const ADVICE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.'

type Named = Pick<Task, 'id'>

interface Notice {
  readonly matter: ServiceNotice
  readonly text: string
  readonly everyMs: number
  readonly action?: ServiceAction
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
  readonly #unhealthy = new WeakSet<Task>()

  constructor({ random, now, events }: ServiceNoticesOptions) {
    this.#random = random
    this.#now = now
    this.#events = events
  }

  started(service: Service, tasks: readonly Named[]): void {
    if (tasks.length > 0) this.#say(service, `has started ${tasks.length} tasks: ${list(tasks)}.`)
  }

  stopped(service: Service, tasks: readonly Named[]): void {
    if (tasks.length > 0) this.#say(service, `has stopped ${tasks.length} running tasks: ${list(tasks)}.`)
  }

  steady(service: Service): void {
    this.#tell(service, {
      matter: 'steady',
      text: STEADY_STATE,
      everyMs: STEADY_STATE_REPEAT_MS,
      action: { eventType: 'INFO', eventName: 'SERVICE_STEADY_STATE' },
    })
  }

  /** `shortages`: the closest match first. */
  unableToPlace(service: Service, shortages: readonly Shortage[]): void {
    this.#tell(service, {
      matter: 'placement-failure',
      text: `was unable to place a task because no container instance met all of its requirements. ${detailOf(shortages)} ${ADVICE}`,
      everyMs: COMPLAINT_REPEAT_MS,
      action: {
        eventType: 'ERROR',
        eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
        containerInstanceArns: shortages.map(({ containerInstance }) => containerInstance.arn),
        reason: shortages[0]?.reason ?? NO_INSTANCE,
      },
    })
  }

  unableToStart(service: Service): void {
    this.#tell(service, {
      matter: 'start-impaired',
      text: `is unable to consistently start tasks successfully. ${ADVICE}`,
      everyMs: COMPLAINT_REPEAT_MS,
      action: { eventType: 'WARN', eventName: 'SERVICE_TASK_START_IMPAIRED' },
    })
  }

  stuckByBounds(service: Service): void {
    this.#tell(service, {
      matter: 'bounds',
      text:
        'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
        'Update the minimumHealthyPercent or maximumPercent value and try again.',
      everyMs: COMPLAINT_REPEAT_MS,
    })
  }

  /** AWS documents this text with a task set; that a deployment stands in its place is an assumption. */
  heldByProtection(service: Service, deploymentId: string): void {
    this.#tell(service, {
      matter: 'protection',
      text:
        `was unable to reach steady state because (deployment ${deploymentId}) was unable to scale in. ` +
        'Reason: The number of protected tasks are more than the desired count of tasks',
      everyMs: COMPLAINT_REPEAT_MS,
    })
  }

  /** Said once of each task. */
  unhealthy(service: Service, task: Task): void {
    if (this.#unhealthy.has(task) || task.target === undefined) return
    this.#unhealthy.add(task)
    const { id, port, targetGroupArn } = task.target
    const where = `(task ${task.id}) (instance ${id}) (port ${port}) is unhealthy in (target-group ${targetGroupArn})`
    this.#say(service, `${where} due to (reason Request timed out)`)
  }

  deploymentCompleted(service: Service, deploymentId: string): void {
    this.#say(service, `(deployment ${deploymentId}) deployment completed.`)
  }

  /** The service no longer says so; when it does again, that is news. */
  forget(service: Service, matter: ServiceNotice): void {
    service.notices.delete(matter)
  }

  /** Tells what is news, and what is not only now and then. */
  #tell(service: Service, { matter, text, everyMs, action }: Notice): void {
    const last = service.notices.get(matter)
    if (last?.text === text && this.#now() - last.at < everyMs) return
    service.notices.set(matter, { text, at: this.#now() })
    this.#say(service, text)
    if (action !== undefined) this.#events.serviceActed(service, action)
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
  return `The closest matching (container-instance ${id}) ${lackOf(closest.reason)}.`
}

/** "Amazon ECS service event messages" has the texts of agent, CPU and ports; the others were seen. */
const lackOf = (reason: ShortageReason): string => {
  switch (reason) {
    case 'RESOURCE:CPU':
      return 'has insufficient CPU units available'
    case 'RESOURCE:MEMORY':
      return 'has insufficient memory available'
    case 'RESOURCE:PORTS':
      return 'is already using a port required by your task'
    case 'ATTRIBUTE':
      return 'is missing an attribute required by your task'
    case 'RESOURCE:GPU':
    case 'RESOURCE:ENI':
    case 'AGENT':
    case 'MemberOf placement constraint unsatisfied.':
    case 'DistinctInstance placement constraint unsatisfied.':
      return `encountered error "${reason}"`
  }
}

const list = (tasks: readonly Named[]): string => tasks.map(({ id }) => `(task ${id})`).join(' ')
