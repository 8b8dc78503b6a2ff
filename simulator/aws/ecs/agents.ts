import type { Simulation } from '../../engine/simulation.ts'
import type { Machine, Machines, RebootPhase } from '../ec2/machine.ts'
import type { EcsAssumptions } from './assumptions.ts'
import type { Cluster, ContainerInstance } from './cluster.ts'
import type { ContainerInstances } from './container-instances.ts'
import type { GroupOf } from './ecs-group.ts'
import { containerExited, hostGone } from './stop-causes.ts'
import type { TaskLife } from './task-life.ts'
import { AGENT_LOSS_NOTICED_MS, DEREGISTRATION_AFTER_TERMINATION_MS, WARM_POOL_CHECK_MS } from './timing.ts'

interface AgentsOptions {
  readonly simulation: Simulation
  readonly machines: Machines
  readonly cluster: Cluster
  readonly containerInstances: ContainerInstances
  readonly life: TaskLife
  readonly assumptions: EcsAssumptions
  readonly groupOf: GroupOf
}

/**
 * The ECS agents on EC2's machines: they register when a machine is up and are gone when it is not. What ECS makes of
 * a machine that goes is told in "Amazon ECS Linux container agent" (Lifecycle) and DeregisterContainerInstance.
 */
export class Agents {
  readonly #options: AgentsOptions

  constructor(options: AgentsOptions) {
    this.#options = options
  }

  /** From now on the agents come and go with their machines. */
  followMachines(): void {
    this.#options.machines.onStateChange((machine) => this.#machineChanged(machine))
    this.#options.machines.onReboot((machine, phase) => this.#rebooted(machine, phase))
  }

  #machineChanged(machine: Machine): void {
    switch (machine.state) {
      case 'pending':
        return
      case 'running':
        return this.#boot(machine)
      case 'stopping':
      case 'stopped':
        return this.#stop(machine)
      case 'shutting-down':
      case 'terminated':
        return this.#terminate(machine)
    }
  }

  /** Containers do not outlive a reboot; ECS learns of it when the agent is back and reports them as exited. */
  #rebooted(machine: Machine, phase: RebootPhase): void {
    if (phase === 'up') return this.#boot(machine)
    const containerInstance = this.#die(machine.instanceId)
    if (containerInstance !== undefined) this.#noticeLoss(containerInstance)
  }

  /** In a group without registration time the machines never register. */
  #boot(machine: Machine): void {
    const seconds = this.#options.groupOf(machine)?.registrationSeconds
    if (seconds === undefined) return
    this.#options.simulation.after(seconds * 1_000, () => this.#join(machine))
  }

  /** A machine that was stopped comes back as the same container instance; a new one registers. */
  #join({ instanceId, launchedAt }: Machine): void {
    const { machines, cluster, containerInstances, simulation, life } = this.#options
    const machine = machines.find(instanceId)
    // A machine that has been stopped and started meanwhile has another agent waiting.
    if (machine?.state !== 'running' || machine.launchedAt !== launchedAt) return
    if (isWarming(machine)) {
      simulation.after(WARM_POOL_CHECK_MS, () => this.#join(machine))
      return
    }
    const known = cluster.onMachine(instanceId)
    if (known === undefined) {
      containerInstances.announce(containerInstances.register(machine, simulation.now()))
    } else if (!known.isMachineUp) {
      for (const task of [...known.tasks]) life.lose(task, containerExited)
      known.isMachineUp = true
      containerInstances.reconnect(known)
    }
  }

  /** ECS learns from EC2 that the machine stopped and shows its tasks as STOPPED; the instance stays registered. */
  #stop({ instanceId }: Machine): void {
    const containerInstance = this.#die(instanceId)
    if (containerInstance === undefined) return
    this.#noticeLoss(containerInstance)
    const tasks = [...containerInstance.tasks]
    this.#options.simulation.after(DEREGISTRATION_AFTER_TERMINATION_MS, () => {
      for (const task of tasks) {
        if (task.lastStatus !== 'STOPPED') this.#options.life.lose(task, hostGone(instanceId, 'stopped'))
      }
    })
  }

  /** A connected agent's instance is deregistered; otherwise it lingers, and its tasks with it, as RUNNING ghosts. */
  #terminate({ instanceId }: Machine): void {
    const { assumptions, simulation, containerInstances } = this.#options
    const containerInstance = this.#die(instanceId)
    if (containerInstance === undefined) return
    if (!containerInstance.agentConnected || assumptions.terminatedMachine === 'lingers') {
      return this.#noticeLoss(containerInstance)
    }
    simulation.after(DEREGISTRATION_AFTER_TERMINATION_MS, () => {
      if (containerInstance.status === 'INACTIVE') return
      containerInstances.deregister(containerInstance, hostGone(instanceId, 'terminated'))
    })
  }

  /** The container instance whose machine was up until now. */
  #die(instanceId: string): ContainerInstance | undefined {
    const containerInstance = this.#options.cluster.onMachine(instanceId)
    const wasUp = containerInstance?.isMachineUp
    if (containerInstance !== undefined) containerInstance.isMachineUp = false
    if (wasUp !== false) this.#options.life.machineDied(instanceId)
    return wasUp === true ? containerInstance : undefined
  }

  #noticeLoss(containerInstance: ContainerInstance): void {
    this.#options.simulation.after(AGENT_LOSS_NOTICED_MS, () => {
      const isGone = !containerInstance.isMachineUp && containerInstance.status !== 'INACTIVE'
      if (isGone) this.#options.containerInstances.disconnect(containerInstance)
    })
  }
}

/** The agent of a machine that only warms up does not register, with `ECS_WARM_POOLS_CHECK` as AWS advises it. */
const isWarming = ({ targetLifecycleState }: Machine): boolean =>
  targetLifecycleState !== undefined && targetLifecycleState !== 'InService'
