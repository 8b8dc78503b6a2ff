import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import type { PublishEvent } from '../event.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import type {
  DescribeInstanceStatusCommandInput,
  DescribeInstanceTypesCommandInput,
  DescribeLaunchTemplateVersionsCommandInput,
} from '@aws-sdk/client-ec2'

import { CapacityLimits } from './capacity-limits.ts'
import { describeInstanceStatus } from './describe-instance-status.ts'
import {
  DEFAULT_NETWORK_INTERFACES,
  describeInstanceTypes,
  type OfferedType,
} from './describe-instance-types.ts'
import { describeInstances, type DescribeInstancesInput } from './describe-instances.ts'
import { instanceNotFound } from './instance-not-found.ts'
import { describeLaunchTemplateVersions, type LaunchTemplate } from './launch-templates.ts'
import type {
  AutoScaledMachines,
  LaunchRequest,
  Machine,
  MachineNotice,
  MachineState,
  RebootPhase,
  TargetLifecycleState,
} from './machine.ts'
import type { Ec2Assumptions } from './assumptions.ts'
import { MachineNotices } from './machine-notices.ts'

/** From `shutting-down` to `terminated`: an operating system that shuts down without trouble. AWS names no figure. */
export const SHUTTING_DOWN_SECONDS = 20

/** From `stopping` to `stopped`. AWS names no figure. */
export const STOPPING_SECONDS = 30

/** A terminated instance is described for about an hour ("Terminate Amazon EC2 instances"), and then forgotten. */
export const TERMINATED_VISIBLE_SECONDS = 3_600

interface Ec2Options {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly publish: PublishEvent
  /** What it offers and from which templates it launches; absent: nobody asks. */
  readonly offer?: Offer
  /** Where AWS's documentation is silent or contradicts itself; see there for the defaults. */
  readonly assumptions?: Partial<Ec2Assumptions>
}

export interface Offer {
  readonly types: readonly OfferedType[]
  readonly launchTemplates: readonly LaunchTemplate[]
}

/** A machine and the timer that ends its present state, if one does. */
interface Entry {
  machine: Machine
  readonly bootSeconds: number
  timer: Timer | undefined
}

/** Simulated EC2: machines that boot, stop and die, and what `DescribeInstances` says of them. */
export class Ec2 implements AutoScaledMachines {
  /** What AWS, and not the owner of the machines, does to them: ahead of its time it says so. */
  readonly notices: MachineNotices
  /** What keeps it from launching. */
  readonly limits = new CapacityLimits()
  readonly #options: Ec2Options
  readonly #random: Random
  /** A source of its own: a world with a spread has the ids of one without. */
  readonly #bootRandom: Random
  readonly #entries = new Map<string, Entry>()
  readonly #listeners: ((machine: Machine) => void)[] = []
  readonly #rebootListeners: ((machine: Machine, phase: RebootPhase) => void)[] = []

  constructor(options: Ec2Options) {
    this.#options = options
    this.notices = new MachineNotices({ ...options, machines: this })
    this.#random = options.simulation.randomFor('ec2')
    this.#bootRandom = options.simulation.randomFor('ec2-boots')
  }

  /**
   * Starts a machine. It is `pending` for its boot time; a boot that lies in the past has ended when this returns.
   *
   * @throws {ServiceError} where EC2 has no machine, or the account may have none.
   */
  readonly launch = (request: LaunchRequest): Machine => {
    const secondsAgo = request.launchedSecondsAgo ?? 0
    this.limits.check(request, this.machines.filter(isUp))
    const bootSeconds = this.#bootSecondsOf(request)
    const entry: Entry = { machine: this.#newMachine(request, secondsAgo), bootSeconds, timer: undefined }
    this.#entries.set(entry.machine.instanceId, entry)
    this.#announce(entry.machine, { isPast: secondsAgo > 0 })
    this.#boot(entry, bootSeconds - secondsAgo)
    if (request.hasStopped === true) this.#haveStopped(entry)
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

  /**
   * @throws {ServiceError} `InvalidInstanceID.NotFound` for an unknown machine, `IncorrectInstanceState` for one that
   * is not stopped.
   */
  readonly start = (instanceId: string): void => {
    const entry = this.#entry(instanceId)
    if (entry.machine.state !== 'stopped')
      throw new ServiceError(
        'IncorrectInstanceState',
        `The instance '${instanceId}' is not in a state from which it can be started.`,
      )
    // EC2's LaunchTime is the time of the last start.
    entry.machine = { ...entry.machine, launchedAt: this.#options.simulation.now() }
    this.#change(entry, 'pending')
    this.#boot(entry, entry.bootSeconds)
  }

  /**
   * EC2 reboots the machine from the new volume without an event ("Replace the root volume of an Amazon EC2 instance").
   *
   * @throws {ServiceError} `IncorrectInstanceState` for a machine that does not run.
   */
  readonly replaceRootVolume = (instanceId: string): void => {
    const entry = this.#entry(instanceId)
    if (entry.machine.state !== 'running')
      throw new ServiceError('IncorrectInstanceState', `The instance '${instanceId}' is not running.`)
    this.#reboot(entry, 'down')
    this.#later(entry, entry.bootSeconds, () => this.#reboot(entry, 'up'))
  }

  readonly setTargetLifecycleState = (
    instanceId: string,
    targetLifecycleState: TargetLifecycleState,
  ): void => {
    const entry = this.#entry(instanceId)
    entry.machine = { ...entry.machine, targetLifecycleState }
  }

  readonly find = (instanceId: string): Machine | undefined => this.#entries.get(instanceId)?.machine

  /** Every machine that is not forgotten, in the order of their launches. */
  get machines(): readonly Machine[] {
    return [...this.#entries.values()].map(({ machine }) => machine)
  }

  readonly onStateChange = (listener: (machine: Machine) => void): void => {
    this.#listeners.push(listener)
  }

  readonly onReboot = (listener: (machine: Machine, phase: RebootPhase) => void): void => {
    this.#rebootListeners.push(listener)
  }

  readonly onNotice = (listener: (notice: MachineNotice) => void): void => {
    this.notices.onNotice(listener)
  }

  /** What an SDK client of EC2 can ask. */
  get model(): ServiceModel {
    return {
      serviceId: 'EC2',
      operations: {
        DescribeInstances: (input: DescribeInstancesInput) =>
          describeInstances(this.machines, input, this.#options.account.accountId),
        DescribeInstanceStatus: (input: DescribeInstanceStatusCommandInput) =>
          describeInstanceStatus(this.machines, this.notices.scheduled, input),
        DescribeInstanceTypes: (input: DescribeInstanceTypesCommandInput) =>
          describeInstanceTypes(this.#options.offer?.types ?? [], input),
        DescribeLaunchTemplateVersions: (input: DescribeLaunchTemplateVersionsCommandInput) =>
          describeLaunchTemplateVersions(this.#options.offer?.launchTemplates ?? [], input),
      },
    }
  }

  #bootSecondsOf({ bootSeconds, bootSpreadSeconds = 0, launchedSecondsAgo = 0 }: LaunchRequest): number {
    if (bootSpreadSeconds === 0 || launchedSecondsAgo > 0) return bootSeconds
    return bootSeconds + this.#bootRandom.fraction() * bootSpreadSeconds
  }

  #newMachine(request: LaunchRequest, secondsAgo: number): Machine {
    return {
      instanceId: request.instanceId ?? `i-0${this.#random.hex(16)}`,
      availabilityZone: request.availabilityZone,
      instanceType: request.instanceType,
      cpu: request.cpu,
      memory: request.memory,
      ...(request.gpus !== undefined && { gpus: request.gpus }),
      networkInterfaces: request.networkInterfaces ?? DEFAULT_NETWORK_INTERFACES,
      ...(request.trunkedTasks !== undefined && { trunkedTasks: request.trunkedTasks }),
      launchedAt: this.#options.simulation.now() - secondsAgo * 1_000,
      state: 'pending',
      autoScalingGroupName: request.autoScalingGroupName,
      ...(request.tags !== undefined && { tags: request.tags }),
      ...(request.market !== undefined && { market: request.market }),
      ...(request.targetLifecycleState !== undefined && {
        targetLifecycleState: request.targetLifecycleState,
      }),
    }
  }

  #boot(entry: Entry, bootSecondsLeft: number): void {
    if (bootSecondsLeft > 0) return this.#later(entry, bootSecondsLeft, () => this.#change(entry, 'running'))
    entry.machine = { ...entry.machine, state: 'running' }
    this.#announce(entry.machine, { isPast: bootSecondsLeft < 0 })
  }

  #haveStopped(entry: Entry): void {
    for (const state of ['stopping', 'stopped'] as const) {
      entry.machine = { ...entry.machine, state }
      this.#announce(entry.machine, { isPast: true })
    }
  }

  #reboot({ machine }: Entry, phase: RebootPhase): void {
    for (const listener of this.#rebootListeners) listener(machine, phase)
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

const isUp = ({ state }: Machine): boolean => state === 'pending' || state === 'running'
