import type { Simulation } from '../../engine/simulation.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import { OncePerGroup } from './once-per-group.ts'
import type { WarmPoolLifecycle } from './warm-pool-lifecycle.ts'
import { customPolicyOf, type VictimChoice } from './victim-choice.ts'

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
  readonly #victims: VictimChoice
  readonly #loop: OncePerGroup
  readonly #laterLoop: OncePerGroup

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly warmPoolLifecycle: WarmPoolLifecycle
    readonly victims: VictimChoice
    readonly assumptions: AutoScalingAssumptions
  }) {
    this.#simulation = options.simulation
    this.#lifecycle = options.lifecycle
    this.#warmPoolLifecycle = options.warmPoolLifecycle
    this.#victims = options.victims
    const { simulation, assumptions } = options
    this.#loop = new OncePerGroup({
      simulation,
      delaySeconds: CAPACITY_LOOP_SECONDS,
      work: (group) => this.#balance(group),
    })
    this.#laterLoop = new OncePerGroup({
      simulation,
      delaySeconds: assumptions.customPolicyRetrySeconds,
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
    group.isRebalancing = false
    this.#loop.ask(group)
  }

  #balance(group: Group): void {
    const difference = wanted(group) - group.capacity.length
    if (difference > 0) this.#grow(group, difference)
    if (difference < 0) this.#shrink(group, -difference)
    this.#forgetIfReached(group)
  }

  #forgetIfReached(group: Group): void {
    if (group.capacity.length !== wanted(group)) return
    group.desiredBecause = undefined
    group.isRebalancing = false
  }

  #grow(group: Group, count: number): void {
    if (group.isSuspended('Launch')) return
    const now = this.#simulation.now()
    const from = group.capacity.length
    const cause = joined(group.desiredBecause, causes.growth(now, from, from + count))
    for (let launched = 0; launched < count; launched += 1)
      if (this.#warmPoolLifecycle.launchIntoService(group, cause) === undefined) return
  }

  #shrink(group: Group, count: number): void {
    if (group.isSuspended('Terminate')) return
    const eligible = group.inService.filter(({ isProtected }) => !isProtected)
    if (eligible.length === 0) return this.#onNoVictim(group)
    const cause = group.isRebalancing ? 'REBALANCE' : 'SCALE_IN'
    this.#victims.choose(group, { cause, eligible, count }, (chosen) => this.#takeOutChosen(group, chosen))
  }

  /** What was wanted may have changed while a function was asked. */
  #takeOutChosen(group: Group, chosen: readonly Member[]): void {
    const count = group.capacity.length - wanted(group)
    if (count <= 0 || group.isSuspended('Terminate')) return
    const now = this.#simulation.now()
    const from = group.capacity.length
    const shrinking = joined(group.desiredBecause, causes.shrinking(now, from, from - count))
    for (const victim of chosen.slice(0, count))
      this.#takeOut(group, victim, joined(shrinking, causes.selected(now, victim.instanceId)))
    if (chosen.length < count) this.#onTooFew(group)
    this.#forgetIfReached(group)
  }

  /** A function that named too few is asked again "after a short time", for as long as there are too many instances. */
  #onTooFew(group: Group): void {
    if (customPolicyOf(group) === undefined) this.#onNoVictim(group)
    else this.#laterLoop.ask(group)
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
