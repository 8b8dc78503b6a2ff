import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import type { PublishEvent } from '../event.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import { describeInstances, type DescribeInstancesInput } from './describe-instances.ts'
import { instanceNotFound } from './instance-not-found.ts'
import type { LaunchRequest, Machine, Machines, MachineState } from './machine.ts'

/** From `shutting-down` to `terminated`: an operating system that shuts down without trouble. AWS names no figure. */
export const SHUTTING_DOWN_SECONDS = 20

/** From `stopping` to `stopped`. AWS names no figure. */
export const STOPPING_SECONDS = 30

/** A terminated instance is described for about an hour ("Terminate Amazon EC2 instances"), and then forgotten. */
export const TERMINATED_VISIBLE_SECONDS = 3_600

export interface Ec2Options {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly publish: PublishEvent
}

/** A machine and the timer that ends its present state, if one does. */
interface Entry {
  machine: Machine
  timer: Timer | undefined
}

/** Simulated EC2: machines that boot, stop and die, and what `DescribeInstances` says of them. */
export class Ec2 implements Machines {
  readonly #options: Ec2Options
  readonly #random: Random
  readonly #entries = new Map<string, Entry>()
  readonly #listeners: ((machine: Machine) => void)[] = []

  constructor(options: Ec2Options) {
    this.#options = options
    this.#random = options.simulation.randomFor('ec2')
  }

  /** Starts a machine. It is `pending` for its boot time; a boot that lies in the past has ended when this returns. */
  readonly launch = (request: LaunchRequest): Machine => {
    const secondsAgo = request.launchedSecondsAgo ?? 0
    const entry: Entry = { machine: this.#newMachine(request, secondsAgo), timer: undefined }
    this.#entries.set(entry.machine.instanceId, entry)
    this.#announce(entry.machine, { isPast: secondsAgo > 0 })
    this.#boot(entry, request.bootSeconds - secondsAgo)
    return entry.machine
  }

  /** @throws {ServiceError} `InvalidInstanceID.NotFound` for a machine that never was or is forgotten. */
  readonly terminate = (instanceId: string): void => {
    const entry = this.#entry(instanceId)
    if (entry.machine.state === 'shutting-down' || entry.machine.state === 'terminated') return
    this.#change(entry, 'shutting-down')
    this.#later(entry, SHUTTING_DOWN_SECONDS, () => {
      this.#change(entry, 'terminated')
      this.#later(entry, TERMINATED_VISIBLE_SECONDS, () => this.#entries.delete(instanceId))
    })
  }

  /**
   * @throws {ServiceError} `InvalidInstanceID.NotFound` for an unknown machine, `IncorrectInstanceState` for one that
   * cannot be stopped any more.
   */
  readonly stop = (instanceId: string): void => {
    const entry = this.#entry(instanceId)
    const { state } = entry.machine
    if (state === 'stopping' || state === 'stopped') return
    if (state === 'shutting-down' || state === 'terminated')
      throw new ServiceError(
        'IncorrectInstanceState',
        `This instance '${instanceId}' is not in a state from which it can be stopped.`,
      )
    this.#change(entry, 'stopping')
    this.#later(entry, STOPPING_SECONDS, () => this.#change(entry, 'stopped'))
  }

  readonly find = (instanceId: string): Machine | undefined => this.#entries.get(instanceId)?.machine

  readonly onStateChange = (listener: (machine: Machine) => void): void => {
    this.#listeners.push(listener)
  }

  /** What an SDK client of EC2 can ask. */
  get model(): ServiceModel {
    return {
      serviceId: 'EC2',
      operations: {
        DescribeInstances: (input: DescribeInstancesInput) =>
          describeInstances(
            [...this.#entries.values()].map(({ machine }) => machine),
            input,
            this.#options.account.accountId,
          ),
      },
    }
  }

  #newMachine(request: LaunchRequest, secondsAgo: number): Machine {
    return {
      instanceId: request.instanceId ?? `i-0${this.#random.hex(16)}`,
      availabilityZone: request.availabilityZone,
      instanceType: request.instanceType,
      cpu: request.cpu,
      memory: request.memory,
      launchedAt: this.#options.simulation.now() - secondsAgo * 1_000,
      state: 'pending',
      autoScalingGroupName: request.autoScalingGroupName,
    }
  }

  #boot(entry: Entry, bootSecondsLeft: number): void {
    if (bootSecondsLeft > 0) return this.#later(entry, bootSecondsLeft, () => this.#change(entry, 'running'))
    entry.machine = { ...entry.machine, state: 'running' }
    this.#announce(entry.machine, { isPast: bootSecondsLeft < 0 })
  }

  #entry(instanceId: string): Entry {
    const entry = this.#entries.get(instanceId)
    if (entry === undefined) throw instanceNotFound([instanceId])
    return entry
  }

  #change(entry: Entry, state: MachineState): void {
    entry.timer?.cancel()
    entry.timer = undefined
    entry.machine = { ...entry.machine, state }
    this.#announce(entry.machine, { isPast: false })
  }

  #later(entry: Entry, seconds: number, action: () => void): void {
    entry.timer = this.#options.simulation.after(seconds * 1_000, action)
  }

  #announce(machine: Machine, change: { readonly isPast: boolean }): void {
    if (!change.isPast) this.#options.publish(this.#stateChangeEvent(machine))
    for (const listener of this.#listeners) listener(machine)
  }

  #stateChangeEvent(machine: Machine) {
    const { region, accountId } = this.#options.account
    return {
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      resources: [`arn:aws:ec2:${region}:${accountId}:instance/${machine.instanceId}`],
      detail: { 'instance-id': machine.instanceId, state: machine.state },
    }
  }
}
