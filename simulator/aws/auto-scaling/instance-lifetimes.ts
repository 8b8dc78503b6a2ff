import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import type { Replacements } from './replacements.ts'

/** The least `MaxInstanceLifetime` apart from 0, which lifts the limit (API reference). */
export const LEAST_INSTANCE_LIFETIME_SECONDS = 86_400

/** At most this part of the group is replaced for its age at once, and always one. */
const REPLACED_AT_ONCE = 0.1

/** Replaces instances that are older than the group's maximum instance lifetime. */
export class InstanceLifetimes {
  readonly #simulation: Simulation
  readonly #replacements: Replacements
  readonly #timers = new Map<Group, Timer>()

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly replacements: Replacements
  }) {
    this.#simulation = options.simulation
    this.#replacements = options.replacements
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
    const now = this.#simulation.now()
    const old = group.inService.filter((member) => endOfLife(group, member) <= now)
    for (const member of old.slice(0, Math.max(0, room(group))))
      this.#replacements.atOnce(group, member, {
        termination: (at, instanceId) =>
          joined(causes.lifetimeTermination(at), causes.selected(at, instanceId)),
        launch: (at) => causes.lifetimeLaunch(at),
      })
  }
}

const endOfLife = (group: Group, { launchedAt }: Member): number =>
  launchedAt + group.maxInstanceLifetimeSeconds * 1_000

/** How many may be taken out now, given those that still lack their replacement. */
const room = (group: Group): number =>
  Math.max(1, Math.floor(group.desired * REPLACED_AT_ONCE)) - (group.desired - group.inService.length)
