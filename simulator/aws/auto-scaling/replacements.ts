import type { Simulation } from '../../engine/simulation.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Member } from './member.ts'
import type { WarmPoolLifecycle } from './warm-pool-lifecycle.ts'
import { zoneForLaunch } from './zone-choice.ts'

/** Why one instance goes and another comes. The time is that of the launch or of the termination. */
export interface ReplacementReason {
  readonly termination: (at: number, instanceId: string) => string
  readonly launch: (at: number) => string
  /** Where only a new machine will do, an instance that has waited in the warm pool will not. */
  readonly launchFrom: 'warm-pool-first' | 'ec2'
  /** A zone outside of which the newcomer is of no use; absent: any zone will do. */
  readonly onlyIn?: string
}

/** A newcomer that must be in service before the leaver goes; undefined: EC2 has none yet. */
interface Takeover {
  readonly newcomer: Member | undefined
  readonly leaver: Member
  readonly reason: ReplacementReason
  readonly since: number
}

/**
 * Replaces one instance by another, in one of two orders ("Instance maintenance policies"): both at once, which is what
 * failed health checks do, or the launch first, which is what rebalancing does.
 */
export class Replacements {
  readonly #simulation: Simulation
  readonly #lifecycle: Lifecycle
  readonly #warmPoolLifecycle: WarmPoolLifecycle
  readonly #takeovers = new Map<Group, readonly Takeover[]>()

  constructor(options: {
    readonly simulation: Simulation
    readonly lifecycle: Lifecycle
    readonly warmPoolLifecycle: WarmPoolLifecycle
  }) {
    this.#simulation = options.simulation
    this.#lifecycle = options.lifecycle
    this.#warmPoolLifecycle = options.warmPoolLifecycle
    options.lifecycle.onChange((group, member) => this.#onChange(group, member))
  }

  /** Takes the leaver out and launches another without waiting for the leaver's hooks. */
  atOnce(group: Group, leaver: Member, reason: ReplacementReason): void {
    const now = this.#simulation.now()
    this.#lifecycle.terminate(group, leaver, reason.termination(now, leaver.instanceId))
    if (group.isSuspended('Launch') || group.capacity.length >= group.desired + group.surplus) return
    this.#launch(group, reason)
  }

  /**
   * Launches another beyond the desired capacity, and takes the leaver out when that one is in service. Where any zone will
   * do and none has a machine, the capacity loop launches it later.
   */
  launchFirst(group: Group, leaver: Member, reason: ReplacementReason): 'begun' | 'no-machine' {
    const newcomer = this.#launch(group, reason)
    if (newcomer === undefined && reason.onlyIn !== undefined) return 'no-machine'
    group.surplus += 1
    const takeover = { newcomer, leaver, reason, since: this.#simulation.now() }
    this.#takeovers.set(group, [...this.#of(group), takeover])
    if (newcomer?.state === 'InService') this.#finish(group, takeover)
    return 'begun'
  }

  isLeaving(group: Group, member: Member): boolean {
    return this.#of(group).some(({ leaver }) => leaver === member)
  }

  #launch(group: Group, { launch, launchFrom, onlyIn }: ReplacementReason): Member | undefined {
    const cause = launch(this.#simulation.now())
    if (onlyIn !== undefined) return this.#lifecycle.launchOnlyIn(group, onlyIn, cause)
    return launchFrom === 'ec2'
      ? this.#lifecycle.launch(group, zoneForLaunch(group), cause)
      : this.#warmPoolLifecycle.launchIntoService(group, cause)
  }

  #onChange(group: Group, member: Member): void {
    const takeovers = this.#of(group)
    const takeover = takeovers.find(({ newcomer, leaver }) => newcomer === member || leaver === member)
    if (takeover !== undefined) return this.#finish(group, takeover)
    // What the capacity loop launches when EC2 has machines again takes over from one that still waits for that.
    const unmet = takeovers.find(({ newcomer }) => newcomer === undefined)
    if (unmet === undefined || member.state !== 'InService' || member.launchedAt <= unmet.since) return
    this.#finish(group, unmet, member)
  }

  /** Over when the newcomer is in service, and also when either of the two goes for another reason. */
  #finish(group: Group, takeover: Takeover, newcomer = takeover.newcomer): void {
    const { leaver, reason } = takeover
    this.#takeovers.set(
      group,
      this.#of(group).filter((other) => other !== takeover),
    )
    group.surplus -= 1
    if (newcomer?.state === 'InService')
      this.#lifecycle.terminate(group, leaver, reason.termination(this.#simulation.now(), leaver.instanceId))
  }

  #of(group: Group): readonly Takeover[] {
    return this.#takeovers.get(group) ?? []
  }
}
