import type { Simulation } from '../../engine/simulation.ts'
import type { Machine, Machines, MachineState } from '../ec2/machine.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import { countsAsCapacity } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import type { ReplacementCauses, Replacements } from './replacements.ts'

/** From a machine's death to the moment Auto Scaling calls it unhealthy. AWS names no figure; a minute is usual. */
export const HEALTH_CHECK_SECONDS = 60

export interface HealthCheckOptions {
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
    if (found === undefined || !isDead(machine.state) || !countsAsCapacity(found.member.state)) return
    this.#options.simulation.after(HEALTH_CHECK_SECONDS * 1_000, () => this.#look(found.group, found.member))
  }

  #look(group: Group, member: Member): void {
    if (!countsAsCapacity(member.state)) return
    const machine = this.#options.machines.find(member.instanceId)
    const isMachineDead = machine === undefined || isDead(machine.state)
    if (isMachineDead && !group.isSuspended('HealthCheck')) member.health = 'Unhealthy'
    if (member.health === 'Unhealthy' && !isReplacingSuspended(group))
      this.#options.replacements.atOnce(group, member, unhealthy)
  }
}

const unhealthy: ReplacementCauses = {
  termination: (at) => causes.failedHealthCheck(at),
  launch: (at) => causes.replacement(at),
}

const isDead = (state: MachineState): boolean => state !== 'pending' && state !== 'running'

/** Replacing needs the Terminate process too ("Suspend and resume Amazon EC2 Auto Scaling processes"). */
const isReplacingSuspended = (group: Group): boolean =>
  group.isSuspended('ReplaceUnhealthy') || group.isSuspended('Terminate')
