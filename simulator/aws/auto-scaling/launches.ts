import type { Simulation } from '../../engine/simulation.ts'
import type { LaunchRequest, Machine, Machines } from '../ec2/machine.ts'
import { ServiceError } from '../operation.ts'
import type { ActivityLog } from './activity-log.ts'
import type { Group } from './group.ts'
import { launchRequest, type GroupLaunch } from './launch-request.ts'
import { typesForLaunch } from './machine-types.ts'

/** AWS says that it tries a failed launch again, ever more rarely, and names no figure. */
const FIRST_RETRY_SECONDS = 60
export const LONGEST_RETRY_SECONDS = 900

interface LaunchesOptions {
  readonly simulation: Simulation
  readonly machines: Pick<Machines, 'launch'>
  readonly activities: ActivityLog
}

interface Trouble {
  readonly failures: number
  readonly retryAt: number
}

/**
 * Launches machines, in another zone where one has none ("Auto Scaling benefits for application architecture", instance
 * distribution), and waits between tries where no zone has any. Each failed try is an activity of the group.
 */
export class Launches {
  readonly #options: LaunchesOptions
  readonly #troubles = new Map<Group, Trouble>()
  readonly #listeners: ((group: Group) => void)[] = []

  constructor(options: LaunchesOptions) {
    this.#options = options
  }

  /** Called when a group that could not launch may try again. */
  onRetry(listener: (group: Group) => void): void {
    this.#listeners.push(listener)
  }

  /** Undefined: EC2 has none, or had none a moment ago. */
  launch(group: Group, launch: GroupLaunch, cause: string): Machine | undefined {
    const { retryAt = -Infinity } = this.#troubles.get(group) ?? {}
    if (this.#options.simulation.now() < retryAt) return undefined
    const otherZones = group.launchZones.filter((zone) => zone !== launch.availabilityZone)
    for (const availabilityZone of [launch.availabilityZone, ...otherZones]) {
      const attempt = this.#attempt(group, { ...launch, availabilityZone }, cause)
      if (attempt instanceof ServiceError) {
        // A limit of the account is the same in every zone.
        if (attempt.code !== 'InsufficientInstanceCapacity') break
        continue
      }
      this.#troubles.delete(group)
      return attempt
    }
    this.#retryLater(group)
    return undefined
  }

  /** In that zone or nowhere: what evens out zones is of no use elsewhere. */
  launchOnlyIn(group: Group, availabilityZone: string, cause: string): Machine | undefined {
    const attempt = this.#attempt(group, { availabilityZone }, cause)
    return attempt instanceof ServiceError ? undefined : attempt
  }

  /** Where EC2 lacks one type of the group, it may have another. */
  #attempt(group: Group, launch: GroupLaunch, cause: string): Machine | ServiceError {
    let refusal: ServiceError | undefined
    for (const type of typesForLaunch(group)) {
      const attempt = this.#attemptType(launchRequest(group, launch, type))
      if (!(attempt instanceof ServiceError)) return attempt
      refusal = attempt
    }
    if (refusal === undefined) throw new Error(`group ${group.name} has no machine to launch`)
    const { availabilityZone } = launch
    const statusMessage = `${refusal.message} Launching EC2 instance failed.`
    this.#options.activities.failLaunch(group, { cause, availabilityZone, statusMessage })
    return refusal
  }

  #attemptType(request: LaunchRequest): Machine | ServiceError {
    try {
      return this.#options.machines.launch(request)
    } catch (error) {
      if (error instanceof ServiceError) return error
      throw error
    }
  }

  #retryLater(group: Group): void {
    const { simulation } = this.#options
    const failures = (this.#troubles.get(group)?.failures ?? 0) + 1
    const seconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (failures - 1), LONGEST_RETRY_SECONDS)
    this.#troubles.set(group, { failures, retryAt: simulation.now() + seconds * 1_000 })
    simulation.after(seconds * 1_000, () => {
      for (const listener of this.#listeners) listener(group)
    })
  }
}
