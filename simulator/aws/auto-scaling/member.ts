import type { Activity } from './activity.ts'
import { successors, type LifecycleState } from './lifecycle-state.ts'

/** One instance of a group, from its launch until the group forgets it. */
export class Member {
  readonly instanceId: string
  readonly availabilityZone: string
  readonly launchedAt: number
  health: 'Healthy' | 'Unhealthy' = 'Healthy'
  isProtected = false
  /** The scaling activity that moves it, or moved it last. */
  activity: Activity
  /** Undefined until its first moment in service. */
  inServiceAt: number | undefined
  #state: LifecycleState = 'Pending'

  constructor(
    machine: { instanceId: string; availabilityZone: string; launchedAt: number },
    activity: Activity,
  ) {
    this.instanceId = machine.instanceId
    this.availabilityZone = machine.availabilityZone
    this.launchedAt = machine.launchedAt
    this.activity = activity
  }

  get state(): LifecycleState {
    return this.#state
  }

  moveTo(state: LifecycleState): void {
    if (!successors[this.#state].includes(state))
      throw new Error(`${this.instanceId} cannot go from ${this.#state} to ${state}`)
    this.#state = state
  }
}
