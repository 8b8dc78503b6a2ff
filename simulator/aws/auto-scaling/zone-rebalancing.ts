import type { Simulation } from '../../engine/simulation.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import { LONGEST_RETRY_SECONDS } from './launches.ts'
import type { Lifecycle } from './lifecycle.ts'
import { OncePerGroup } from './once-per-group.ts'
import type { Replacements } from './replacements.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import type { CapacityLoop } from './capacity-loop.ts'
import type { Member } from './member.ts'
import { customPolicyOf, type VictimChoice } from './victim-choice.ts'
import { imbalance } from './zone-choice.ts'

/** From the imbalance to the launch that begins to right it. AWS names no figure. */
export const REBALANCING_SECONDS = 60

/**
 * Evens out the Availability Zones of a group at rest, one instance at a time and the launch first: that may exceed the
 * maximum size by one instance or a tenth, whichever is more ("Auto Scaling benefits: rebalancing activities").
 */
export class ZoneRebalancing {
  readonly #simulation: Simulation
  readonly #replacements: Replacements
  readonly #lifecycle: Lifecycle
  readonly #victims: VictimChoice
  readonly #capacity: CapacityLoop
  /** Instances launched ahead, and the zone that they were launched for. */
  readonly #ahead = new Map<Member, string>()
  readonly #laterLoop: OncePerGroup
  readonly #loop: OncePerGroup

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly replacements: Replacements
    readonly victims: VictimChoice
    readonly capacity: CapacityLoop
    readonly assumptions: AutoScalingAssumptions
  }) {
    this.#lifecycle = options.lifecycle
    this.#victims = options.victims
    this.#capacity = options.capacity
    this.#simulation = options.simulation
    this.#replacements = options.replacements
    const { simulation } = options
    this.#loop = new OncePerGroup({
      simulation,
      delaySeconds: REBALANCING_SECONDS,
      work: (group) => this.#rebalance(group),
    })
    this.#laterLoop = new OncePerGroup({
      simulation,
      delaySeconds: options.assumptions.customPolicyRetrySeconds,
      work: (group) => this.#rebalance(group),
    })
    options.lifecycle.onChange((group, member) => {
      this.#onChange(group, member)
      this.look(group)
    })
  }

  /** Has an uneven group evened out soon. */
  look(group: Group): void {
    if (imbalance(group) !== undefined) this.#loop.ask(group)
  }

  #rebalance(group: Group): void {
    const uneven = isAtRest(group) && !isRebalancingSuspended(group) ? imbalance(group) : undefined
    if (uneven === undefined) return
    const eligible = group.inService.filter(
      ({ availabilityZone, isProtected }) => availabilityZone === uneven.crowded && !isProtected,
    )
    const [leaver] = eligible
    if (leaver === undefined) return
    if (customPolicyOf(group) !== undefined) return this.#askFirst(group, eligible, uneven.sparse)
    const from = group.desired + 1
    const result = this.#replacements.launchFirst(group, leaver, {
      onlyIn: uneven.sparse,
      launch: (at) => causes.rebalancingLaunch(at),
      // Out of the warm pool might come an instance of another zone.
      launchFrom: 'ec2',
      termination: (at, instanceId) =>
        joined(
          causes.rebalancing(this.#simulation.now(), uneven.sparse),
          causes.shrinking(at, from, from - 1),
          causes.selected(at, instanceId),
        ),
    })
    if (result === 'no-machine') this.#lookMuchLater(group)
  }

  /**
   * A custom termination policy is asked before anything is launched, and when the newcomer is in service the group has
   * an instance too many, for which it is asked again ("Create a custom termination policy with Lambda").
   */
  #askFirst(group: Group, eligible: readonly Member[], sparse: string): void {
    this.#victims.choose(group, { cause: 'REBALANCE', eligible, count: 1 }, (chosen) => {
      if (chosen.length === 0) return this.#laterLoop.ask(group)
      if (!isAtRest(group) || isRebalancingSuspended(group)) return
      const now = this.#simulation.now()
      const newcomer = this.#lifecycle.launchOnlyIn(group, sparse, causes.rebalancingLaunch(now))
      if (newcomer === undefined) return this.#lookMuchLater(group)
      group.surplus += 1
      this.#ahead.set(newcomer, sparse)
      if (newcomer.state === 'InService') this.#onChange(group, newcomer)
    })
  }

  /** The zone has no machine now. AWS evens out when it has some again, and does not say how soon. */
  #lookMuchLater(group: Group): void {
    this.#simulation.after(LONGEST_RETRY_SECONDS * 1_000, () => this.look(group))
  }

  #onChange(group: Group, member: Member): void {
    const sparse = this.#ahead.get(member)
    if (sparse === undefined) return
    this.#ahead.delete(member)
    group.surplus -= 1
    if (member.state !== 'InService') return
    group.isRebalancing = true
    group.desiredBecause = causes.rebalancing(this.#simulation.now(), sparse)
    this.#capacity.look(group)
  }
}

const isAtRest = (group: Group): boolean =>
  group.surplus === 0 && group.inService.length === group.desired && group.launching.length === 0

const isRebalancingSuspended = (group: Group): boolean =>
  group.isSuspended('AZRebalance') || group.isSuspended('Launch') || group.isSuspended('Terminate')
