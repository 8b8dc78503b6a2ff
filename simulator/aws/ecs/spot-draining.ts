import type { Simulation } from '../../engine/simulation.ts'
import type { Machines } from '../ec2/machine.ts'
import type { AwsEvent } from '../event.ts'
import type { Cluster } from './cluster.ts'
import type { ContainerInstances } from './container-instances.ts'
import type { GroupOf } from './ecs-group.ts'

interface SpotDrainingOptions {
  readonly simulation: Simulation
  readonly machines: Machines
  readonly cluster: Cluster
  readonly containerInstances: ContainerInstances
  readonly groupOf: GroupOf
}

/** The agent looks for a notice in the instance's metadata every second, so the mean is half of that. */
const NOTICE_SEEN_AFTER_MS = 500

/**
 * Agents with `ECS_ENABLE_SPOT_INSTANCE_DRAINING`: they set their own instance DRAINING when its interruption is
 * announced. They know nothing of rebalance recommendations, nor of notices to hibernate.
 */
export class SpotDraining {
  readonly #options: SpotDrainingOptions

  constructor(options: SpotDrainingOptions) {
    this.#options = options
  }

  hear({ detailType, detail }: AwsEvent): void {
    if (detailType !== 'EC2 Spot Instance Interruption Warning') return
    if (detail['instance-action'] === 'hibernate') return
    const instanceId = String(detail['instance-id'])
    const machine = this.#options.machines.find(instanceId)
    if (machine === undefined || this.#options.groupOf(machine)?.agentSpotDraining !== true) return
    this.#options.simulation.after(NOTICE_SEEN_AFTER_MS, () => this.#drain(instanceId))
  }

  /** An agent without connection says so when it has one again. */
  #drain(instanceId: string): void {
    const { cluster, containerInstances } = this.#options
    const containerInstance = cluster.onMachine(instanceId)
    if (containerInstance?.isMachineUp !== true) return
    const drain = () => containerInstances.setStatus(containerInstance, 'DRAINING')
    if (containerInstance.agentConnected) drain()
    else containerInstance.awaitingAgent.push(drain)
  }
}
