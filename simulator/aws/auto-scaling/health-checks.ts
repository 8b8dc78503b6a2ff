import type { Simulation } from '../../engine/simulation.ts'
import type { Machine, Machines } from '../ec2/machine.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import { countsAsCapacity, isReadyInPool } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import type { ReplacementReason, Replacements } from './replacements.ts'

/** From a machine's death to the moment Auto Scaling calls it unhealthy. AWS names no figure; a minute is usual. */
export const HEALTH_CHECK_SECONDS = 60

interface HealthCheckOptions {
  readonly simulation: Simulation
  readonly machines: Machines
  readonly lifecycle: Lifecycle
  readonly replacements: Replacements
}

/** Notices machines that died by another hand, and replaces them: hooks run on the corpse meanwhile. */
export class HealthChecks {
  readonly #options: HealthCheckOptions

  constructor(options: HealthCheckOptions) {
    this.#options = options
    options.machines.onStateChange((machine) => this.#onMachineChange(machine))
  }

  /** Looks at every instance of the group now, as when a suspended process goes on. */
  lookAtAll(group: Group): void {
    for (const member of [...group.members.values()]) this.#look(group, member)
  }

  #onMachineChange(machine: Machine): void {
    const found = this.#options.lifecycle.find(machine.instanceId)
    if (found === undefined || !isWatched(found.member) || !isDead(machine, found.member)) return
    this.#options.simulation.after(HEALTH_CHECK_SECONDS * 1_000, () => this.#look(found.group, found.member))
  }

  /** An instance is unhealthy while its machine still runs: EC2 has a scheduled event for it. */
  declareUnhealthy(group: Group, member: Member): void {
    if (!isWatched(member) || group.isSuspended('HealthCheck')) return
    member.health = 'Unhealthy'
    this.#replace(group, member, scheduledForRetirement)
  }

  #look(group: Group, member: Member): void {
    if (!isWatched(member)) return
    const machine = this.#options.machines.find(member.instanceId)
    const isMachineDead = machine === undefined || isDead(machine, member)
    if (isMachineDead && !group.isSuspended('HealthCheck')) member.health = 'Unhealthy'
    if (member.health === 'Unhealthy') this.#replace(group, member, unhealthy)
  }

  /** What leaves the warm pool leaves the group's capacity as it was: there the pool's own loop launches another. */
  #replace(group: Group, member: Member, reason: ReplacementReason): void {
    const isLeftAlone =
      group.spec.zonalShift === 'IgnoreUnhealthy' && member.availabilityZone === group.impairedZone
    if (!isReplacingSuspended(group) && !isLeftAlone) this.#options.replacements.atOnce(group, member, reason)
  }
}

const unhealthy: ReplacementReason = {
  termination: (at) => causes.failedHealthCheck(at),
  launch: (at) => causes.replacement(at),
  launchFrom: 'warm-pool-first',
}

const scheduledForRetirement: ReplacementReason = {
  ...unhealthy,
  termination: (at) => causes.scheduledEvent(at),
}

/** On their way into the warm pool instances are not checked ("View health check status", warm pools). */
const isWatched = ({ state }: Member): boolean => countsAsCapacity(state) || isReadyInPool(state)

/** A machine that a warm pool has stopped is as it should be. */
const isDead = ({ state }: Machine, member: Member): boolean => {
  if (state === 'pending' || state === 'running') return false
  return !(member.state === 'Warmed:Stopped' && (state === 'stopping' || state === 'stopped'))
}

/** Replacing needs the Terminate process too ("Suspend and resume Amazon EC2 Auto Scaling processes"). */
const isReplacingSuspended = (group: Group): boolean =>
  group.isSuspended('ReplaceUnhealthy') || group.isSuspended('Terminate')
