import type { Simulation } from '../../engine/simulation.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import { OncePerGroup } from './once-per-group.ts'
import type { Replacements } from './replacements.ts'
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
  readonly #loop: OncePerGroup

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly replacements: Replacements
  }) {
    this.#simulation = options.simulation
    this.#replacements = options.replacements
    const { simulation } = options
    this.#loop = new OncePerGroup({
      simulation,
      delaySeconds: REBALANCING_SECONDS,
      work: (group) => this.#rebalance(group),
    })
    options.lifecycle.onChange((group) => this.look(group))
  }

  /** Has an uneven group evened out soon. */
  look(group: Group): void {
    if (imbalance(group) !== undefined) this.#loop.ask(group)
  }

  #rebalance(group: Group): void {
    const uneven = isAtRest(group) && !isRebalancingSuspended(group) ? imbalance(group) : undefined
    if (uneven === undefined) return
    const leaver = group.inService.find(
      ({ availabilityZone, isProtected }) => availabilityZone === uneven.crowded && !isProtected,
    )
    if (leaver === undefined) return
    const from = group.desired + 1
    this.#replacements.launchFirst(group, leaver, {
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
  }
}

const isAtRest = (group: Group): boolean =>
  group.surplus === 0 && group.inService.length === group.desired && group.launching.length === 0

const isRebalancingSuspended = (group: Group): boolean =>
  group.isSuspended('AZRebalance') || group.isSuspended('Launch') || group.isSuspended('Terminate')
