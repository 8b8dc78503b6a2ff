import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { causes, joined } from './cause.ts'
import { launchesFirst, type Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import { OncePerGroup } from './once-per-group.ts'
import type { ReplacementReason, Replacements } from './replacements.ts'
import { customPolicyOf, type VictimChoice } from './victim-choice.ts'

/** The least `MaxInstanceLifetime` apart from 0, which lifts the limit (API reference). */
export const LEAST_INSTANCE_LIFETIME_SECONDS = 86_400

/** At most this part of the group is replaced for its age at once, and always one. */
const REPLACED_AT_ONCE = 0.1

/** Replaces instances that are older than the group's maximum instance lifetime. */
export class InstanceLifetimes {
  readonly #simulation: Simulation
  readonly #replacements: Replacements
  readonly #victims: VictimChoice
  /** A function that named nobody is asked again for as long as there are old instances. */
  readonly #laterLoop: OncePerGroup
  readonly #timers = new Map<Group, Timer>()

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly replacements: Replacements
    readonly victims: VictimChoice
    readonly assumptions: AutoScalingAssumptions
  }) {
    this.#simulation = options.simulation
    this.#replacements = options.replacements
    this.#victims = options.victims
    this.#laterLoop = new OncePerGroup({
      simulation: options.simulation,
      delaySeconds: options.assumptions.customPolicyRetrySeconds,
      work: (group) => this.#replaceOld(group),
    })
    options.lifecycle.onChange((group) => this.plan(group))
  }

  /** Sets the timer for the next instance that grows too old, or for now if one may go already. */
  plan(group: Group): void {
    this.#timers.get(group)?.cancel()
    if (group.maxInstanceLifetimeSeconds === 0 || group.isSuspended('Terminate') || room(group) <= 0) return
    const nextAt = Math.min(...group.inService.map((member) => endOfLife(group, member)))
    if (nextAt === Infinity) return
    const delay = Math.max(0, nextAt - this.#simulation.now())
    this.#timers.set(
      group,
      this.#simulation.after(delay, () => this.#replaceOld(group)),
    )
  }

  #replaceOld(group: Group): void {
    // The process may have been suspended since the timer was set; resuming it plans anew.
    if (group.isSuspended('Terminate') || group.maxInstanceLifetimeSeconds === 0) return
    const now = this.#simulation.now()
    const old = group.inService.filter(
      (member) => endOfLife(group, member) <= now && !this.#replacements.isLeaving(group, member),
    )
    const count = Math.min(old.length, Math.max(0, room(group)))
    if (count === 0) return
    this.#victims.choose(group, { cause: 'MAX_INSTANCE_LIFETIME', eligible: old, count }, (chosen) => {
      if (chosen.length < count && customPolicyOf(group) !== undefined) this.#laterLoop.ask(group)
      if (group.isSuspended('Terminate')) return
      const order = launchesFirst(group.maintenancePolicy) ? 'launchFirst' : 'atOnce'
      for (const member of chosen.slice(0, Math.max(0, room(group))))
        this.#replacements[order](group, member, grownOld)
    })
  }
}

const grownOld: ReplacementReason = {
  termination: (at, instanceId) => joined(causes.lifetimeTermination(at), causes.selected(at, instanceId)),
  launch: (at) => causes.lifetimeLaunch(at),
  launchFrom: 'warm-pool-first',
}

const endOfLife = (group: Group, { launchedAt }: Member): number =>
  launchedAt + group.maxInstanceLifetimeSeconds * 1_000

/** How many may be taken out now, given those whose replacement is still on its way. */
const room = (group: Group): number => {
  const underWay = group.desired + group.surplus - Math.min(group.desired, group.inService.length)
  return Math.max(1, Math.floor(group.desired * REPLACED_AT_ONCE)) - underWay
}
