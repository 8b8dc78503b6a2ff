import type { Simulation } from '../../engine/simulation.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import { OncePerGroup } from './once-per-group.ts'
import type { WarmPoolLifecycle } from './warm-pool-lifecycle.ts'
import { victimForScaleIn } from './zone-choice.ts'

/** From a change of the desired capacity to the first launch or termination; public activity records show about 5 s. */
export const CAPACITY_LOOP_SECONDS = 5

/** The text of the activity that scale-in leaves when it may take nothing ("Use instance scale-in protection"). */
export const ALL_PROTECTED =
  'Could not scale to desired capacity because all remaining instances are protected from scale-in.'

/** Brings the number of instances to the desired capacity. */
export class CapacityLoop {
  readonly #simulation: Simulation
  readonly #lifecycle: Lifecycle
  readonly #warmPoolLifecycle: WarmPoolLifecycle
  readonly #loop: OncePerGroup

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly warmPoolLifecycle: WarmPoolLifecycle
  }) {
    this.#simulation = options.simulation
    this.#lifecycle = options.lifecycle
    this.#warmPoolLifecycle = options.warmPoolLifecycle
    const { simulation } = options
    this.#loop = new OncePerGroup({
      simulation,
      delaySeconds: CAPACITY_LOOP_SECONDS,
      work: (group) => this.#balance(group),
    })
    options.lifecycle.onChange((group) => this.look(group))
  }

  /** Has the group compared with its desired capacity soon. */
  look(group: Group): void {
    if (group.capacity.length !== wanted(group)) this.#loop.ask(group)
  }

  /** Changes the desired capacity. `because` is the sentence of the request, for the causes that follow from it. */
  setDesired(group: Group, desired: number, because: string): void {
    if (desired === group.desired) return
    group.desired = desired
    group.desiredBecause = because
    this.#loop.ask(group)
  }

  #balance(group: Group): void {
    const difference = wanted(group) - group.capacity.length
    if (difference > 0) this.#grow(group, difference)
    if (difference < 0) this.#shrink(group, -difference)
    if (group.capacity.length === wanted(group)) group.desiredBecause = undefined
  }

  #grow(group: Group, count: number): void {
    if (group.isSuspended('Launch')) return
    const now = this.#simulation.now()
    const from = group.capacity.length
    const cause = joined(group.desiredBecause, causes.growth(now, from, from + count))
    for (let launched = 0; launched < count; launched += 1)
      this.#warmPoolLifecycle.launchIntoService(group, cause)
  }

  #shrink(group: Group, count: number): void {
    if (group.isSuspended('Terminate')) return
    const now = this.#simulation.now()
    const from = group.capacity.length
    const shrinking = joined(group.desiredBecause, causes.shrinking(now, from, from - count))
    for (let taken = 0; taken < count; taken += 1) {
      const victim = victimForScaleIn(group)
      if (victim === undefined) return this.#onNoVictim(group)
      this.#takeOut(group, victim, joined(shrinking, causes.selected(now, victim.instanceId)))
    }
  }

  /** Only scale-in returns instances to the warm pool; what leaves for another reason is terminated. */
  #takeOut(group: Group, victim: Member, cause: string): void {
    const { warmPool } = group
    if (warmPool?.reuseOnScaleIn === true && warmPool.status === 'Active')
      this.#warmPoolLifecycle.returnToPool(group, victim, cause)
    else this.#lifecycle.terminate(group, victim, cause)
  }

  /** Instances that still launch may go when they are in service; if there are none, all that remain are protected. */
  #onNoVictim(group: Group): void {
    if (group.launching.length > 0 || group.desiredBecause === undefined) return
    this.#lifecycle.recordCancelled(group, ALL_PROTECTED, group.desiredBecause)
    group.desiredBecause = undefined
  }
}

const wanted = (group: Group): number => group.desired + group.surplus
