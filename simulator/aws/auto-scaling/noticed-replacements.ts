import type { Simulation } from '../../engine/simulation.ts'
import type { AutoScaledMachines, MachineNotice } from '../ec2/machine.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import { HEALTH_CHECK_SECONDS, type HealthChecks } from './health-checks.ts'
import type { Lifecycle } from './lifecycle.ts'
import { countsAsCapacity } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import type { ReplacementReason, Replacements } from './replacements.ts'

interface NoticedReplacementsOptions {
  readonly simulation: Simulation
  readonly machines: AutoScaledMachines
  readonly lifecycle: Lifecycle
  readonly replacements: Replacements
  readonly health: HealthChecks
  readonly assumptions: AutoScalingAssumptions
}

/**
 * Replaces instances of which EC2 has said that they will go ("Capacity Rebalancing in Auto Scaling to replace at-risk
 * Spot Instances", "About the health checks for your Auto Scaling group"). A Capacity Reservation's warnings are not
 * among them: Auto Scaling waits for the health check there.
 */
export class NoticedReplacements {
  readonly #options: NoticedReplacementsOptions

  constructor(options: NoticedReplacementsOptions) {
    this.#options = options
    options.machines.onNotice((notice) => this.#onNotice(notice))
  }

  #onNotice({ kind, instanceId }: MachineNotice): void {
    const found = this.#options.lifecycle.find(instanceId)
    if (found === undefined || !countsAsCapacity(found.member.state)) return
    const { group, member } = found
    switch (kind) {
      case 'spot-interruption':
        return this.#onInterruption(group, member)
      case 'rebalance-recommendation':
        return this.#onRecommendation(group, member)
      case 'scheduled-event':
        return this.#onScheduledEvent(group, member)
    }
  }

  #onInterruption(group: Group, member: Member): void {
    const { assumptions, replacements } = this.#options
    const isAwaited = assumptions.spotNoticeWithoutRebalancing === 'waits-for-health-check'
    if ((isAwaited && !group.spec.capacityRebalance) || group.isSuspended('Terminate')) return
    replacements.atOnce(group, member, interrupted)
  }

  /** Suspending either process stops the rebalancing, as it does that of the zones. */
  #onRecommendation(group: Group, member: Member): void {
    const { replacements } = this.#options
    if (group.spec.capacityRebalance !== true || replacements.isLeaving(group, member)) return
    if (member.state !== 'InService' || group.isSuspended('Launch') || group.isSuspended('Terminate')) return
    replacements.launchFirst(group, member, rebalanced)
  }

  #onScheduledEvent(group: Group, member: Member): void {
    const { assumptions, simulation, health } = this.#options
    if (assumptions.scheduledEventReplacement === 'when-it-starts') return
    simulation.after(HEALTH_CHECK_SECONDS * 1_000, () => health.declareUnhealthy(group, member))
  }
}

const interrupted: ReplacementReason = {
  termination: (at, instanceId) => joined(causes.spotInterruption(at), causes.selected(at, instanceId)),
  launch: (at) => causes.replacement(at),
  launchFrom: 'warm-pool-first',
}

const rebalanced: ReplacementReason = {
  termination: (at, instanceId) => joined(causes.rebalanceTermination(at), causes.selected(at, instanceId)),
  launch: (at) => causes.rebalanceLaunch(at),
  launchFrom: 'ec2',
}
