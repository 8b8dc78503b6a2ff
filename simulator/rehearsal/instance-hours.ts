import type { Ec2 } from '../aws/ec2/ec2.ts'
import type { Simulation } from '../engine/simulation.ts'

const HOUR_MS = 3_600_000

/**
 * What the machines cost, in hours: the sum of the times in which EC2 bills for them. It bills for a machine while it is
 * `running`, and neither before that nor from `stopping` or `shutting-down` on ("Amazon EC2 instance state changes").
 * Machines that run when virtual time begins are billed from then on.
 */
export class InstanceHours {
  readonly #now: () => number
  /** By instance id: since when it is billed. */
  readonly #billedSince = new Map<string, number>()
  #billedMs = 0

  constructor({ simulation, ec2 }: { readonly simulation: Simulation; readonly ec2: Ec2 }) {
    this.#now = simulation.now
    for (const { instanceId, state } of ec2.machines) this.#hear(instanceId, state)
    ec2.onStateChange(({ instanceId, state }) => this.#hear(instanceId, state))
  }

  /** Until now. Asking changes nothing. */
  get hours(): number {
    const now = this.#now()
    const running = [...this.#billedSince.values()].reduce((sum, since) => sum + now - since, 0)
    return (this.#billedMs + running) / HOUR_MS
  }

  #hear(instanceId: string, state: string): void {
    const since = this.#billedSince.get(instanceId)
    if (state === 'running') {
      if (since === undefined) this.#billedSince.set(instanceId, this.#now())
      return
    }
    if (since === undefined) return
    this.#billedMs += this.#now() - since
    this.#billedSince.delete(instanceId)
  }
}
