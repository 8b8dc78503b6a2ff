import type { Machine } from '../ec2/machine.ts'
import type { Activity } from './activity.ts'
import type { Journey } from './journey.ts'
import { successors, type LifecycleState } from './lifecycle-state.ts'

/** One instance of a group, from its launch until the group forgets it. */
export class Member {
  readonly instanceId: string
  readonly availabilityZone: string
  readonly instanceType: string
  readonly launchedAt: number
  health: 'Healthy' | 'Unhealthy' = 'Healthy'
  isProtected = false
  /** The way that it is on, or that brought it where it is. */
  journey: Journey
  /** The scaling activity that moves it, or moved it last. */
  activity: Activity
  /** Undefined until its first moment in service. */
  inServiceAt: number | undefined
  /** The image of its root volume, where a replacement set it; undefined: the launch template's. */
  imageId: string | undefined
  #state: LifecycleState

  constructor(
    machine: Pick<Machine, 'instanceId' | 'availabilityZone' | 'instanceType' | 'launchedAt'>,
    start: { readonly journey: Journey; readonly activity: Activity },
  ) {
    this.instanceId = machine.instanceId
    this.availabilityZone = machine.availabilityZone
    this.instanceType = machine.instanceType
    this.launchedAt = machine.launchedAt
    this.journey = start.journey
    this.activity = start.activity
    this.#state = start.journey.begins
  }

  get state(): LifecycleState {
    return this.#state
  }

  moveTo(state: LifecycleState): void {
    if (!successors[this.#state].includes(state))
      throw new Error(`${this.instanceId} cannot go from ${this.#state} to ${state}`)
    this.#state = state
  }

  /** Begins another journey. Its activity is still the old one's. */
  setOut(journey: Journey): void {
    this.moveTo(journey.begins)
    this.journey = journey
  }
}
