import type { Simulation } from '../../engine/simulation.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import { zoneForLaunch } from './zone-choice.ts'

/** Why one instance goes and another comes. The time is that of the launch or of the termination. */
export interface ReplacementCauses {
  readonly termination: (at: number, instanceId: string) => string
  readonly launch: (at: number) => string
}

/** A newcomer that must be in service before the leaver goes. */
interface Takeover {
  readonly newcomer: Member
  readonly leaver: Member
  readonly causes: ReplacementCauses
}

/**
 * Replaces one instance by another, in one of two orders ("Instance maintenance policies"): both at once, which is what
 * failed health checks do, or the launch first, which is what rebalancing does.
 */
export class Replacements {
  readonly #simulation: Simulation
  readonly #lifecycle: Lifecycle
  readonly #takeovers = new Map<Group, readonly Takeover[]>()

  constructor(options: { readonly simulation: Simulation; readonly lifecycle: Lifecycle }) {
    this.#simulation = options.simulation
    this.#lifecycle = options.lifecycle
    options.lifecycle.onChange((group, member) => this.#onChange(group, member))
  }

  /** Takes the leaver out and launches another without waiting for the leaver's hooks. */
  atOnce(group: Group, leaver: Member, because: ReplacementCauses): void {
    const now = this.#simulation.now()
    this.#lifecycle.terminate(group, leaver, because.termination(now, leaver.instanceId))
    if (group.isSuspended('Launch') || group.capacity.length >= group.desired + group.surplus) return
    this.#lifecycle.launch(group, zoneForLaunch(group), because.launch(now))
  }

  /** Launches another beyond the desired capacity, and takes the leaver out when that one is in service. */
  launchFirst(group: Group, leaver: Member, because: ReplacementCauses): void {
    group.surplus += 1
    const newcomer = this.#lifecycle.launch(
      group,
      zoneForLaunch(group),
      because.launch(this.#simulation.now()),
    )
    const takeover = { newcomer, leaver, causes: because }
    this.#takeovers.set(group, [...this.#of(group), takeover])
    if (newcomer.state === 'InService') this.#finish(group, takeover)
  }

  isLeaving(group: Group, member: Member): boolean {
    return this.#of(group).some(({ leaver }) => leaver === member)
  }

  #onChange(group: Group, member: Member): void {
    const takeover = this.#of(group).find(({ newcomer, leaver }) => newcomer === member || leaver === member)
    if (takeover !== undefined) this.#finish(group, takeover)
  }

  /** Over when the newcomer is in service, and also when either of the two goes for another reason. */
  #finish(group: Group, takeover: Takeover): void {
    const { newcomer, leaver, causes } = takeover
    this.#takeovers.set(
      group,
      this.#of(group).filter((other) => other !== takeover),
    )
    group.surplus -= 1
    if (newcomer.state === 'InService')
      this.#lifecycle.terminate(group, leaver, causes.termination(this.#simulation.now(), leaver.instanceId))
  }

  #of(group: Group): readonly Takeover[] {
    return this.#takeovers.get(group) ?? []
  }
}
