import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { PublishEvent } from '../event.ts'
import { ServiceError } from '../operation.ts'
import { defaultEc2Assumptions, type Ec2Assumptions } from './assumptions.ts'
import { retirementEvents, type Retirement } from './health-events.ts'
import type { Machine, MachineNotice, Machines } from './machine.ts'
import {
  capacityBlockExpirationWarning,
  capacityReservationWarning,
  rebalanceRecommendation,
  spotInterruptionWarning,
  type Account,
  type Reservation,
} from './notice-events.ts'

/** The lead of a Spot interruption notice, and of the notice of an interruptible Capacity Reservation. */
export const INTERRUPTION_NOTICE_SECONDS = 120

/** A Capacity Block's warning comes forty minutes before its end, and its instances begin to go ten minutes later. */
export const CAPACITY_BLOCK_WARNING_SECONDS = 2_400
export const CAPACITY_BLOCK_TERMINATION_SECONDS = 600

interface MachineNoticesOptions {
  readonly simulation: Simulation
  readonly account: Account
  readonly publish: PublishEvent
  readonly machines: Pick<Machines, 'find' | 'terminate' | 'stop'>
  readonly assumptions?: Partial<Ec2Assumptions>
}

/** A retirement as it is asked for; the rest follows from the clock. */
interface ScheduledRetirement extends Pick<Retirement, 'instanceIds' | 'entityForm' | 'entitiesPerPage'> {
  readonly startsInSeconds: number
  /** Machines with an EBS root volume are stopped, those with an instance store are terminated. */
  readonly ends: 'stopped' | 'terminated'
}

/** What EC2 has planned for a machine, until it is done. Milliseconds since 1970. */
export interface ScheduledEvent {
  readonly code: 'instance-stop' | 'instance-retirement'
  readonly startsAt: number
}

/** What AWS itself does to machines: it warns, and then takes them whatever any lifecycle hook says. */
export class MachineNotices {
  readonly #options: MachineNoticesOptions
  readonly #assumptions: Ec2Assumptions
  readonly #random: Random
  readonly #listeners: ((notice: MachineNotice) => void)[] = []
  /** By instance id. */
  readonly scheduled = new Map<string, ScheduledEvent>()

  constructor(options: MachineNoticesOptions) {
    this.#options = options
    this.#assumptions = { ...defaultEc2Assumptions, ...options.assumptions }
    this.#random = options.simulation.randomFor('ec2-notices')
  }

  onNotice(listener: (notice: MachineNotice) => void): void {
    this.#listeners.push(listener)
  }

  /** The two-minute notice, and two minutes later the end. Throws for a machine that is no Spot machine. */
  interruptSpot(instanceId: string): void {
    const machine = this.#spot(instanceId)
    this.#options.publish(spotInterruptionWarning(machine))
    this.#takeLater(instanceId, INTERRUPTION_NOTICE_SECONDS)
    this.#tell({ kind: 'spot-interruption', instanceId })
  }

  /** A Spot machine is at an elevated risk; nothing may come of it. Throws for a machine that is no Spot machine. */
  recommendRebalance(instanceId: string): void {
    this.#options.publish(rebalanceRecommendation(this.#spot(instanceId)))
    this.#tell({ kind: 'rebalance-recommendation', instanceId })
  }

  /** AWS Health announces the retirement of machines, which happens at its start time. */
  scheduleRetirement({ startsInSeconds, ends, ...entities }: ScheduledRetirement): void {
    const { simulation, publish, account, machines } = this.#options
    const announcedAt = simulation.now()
    const startsAt = announcedAt + startsInSeconds * 1_000
    const retirement = { ...entities, id: this.#random.hex(26), announcedAt, startsAt }
    for (const event of retirementEvents(retirement, account)) publish(event)
    const code = ends === 'stopped' ? 'instance-stop' : 'instance-retirement'
    for (const instanceId of entities.instanceIds) {
      this.scheduled.set(instanceId, { code, startsAt })
      simulation.after(startsInSeconds * 1_000, () => {
        this.scheduled.delete(instanceId)
        if (isUp(machines.find(instanceId))) machines[ends === 'stopped' ? 'stop' : 'terminate'](instanceId)
      })
      this.#tell({ kind: 'scheduled-event', instanceId })
    }
  }

  /**
   * The owner of the capacity takes it back from an interruptible Capacity Reservation, or a Capacity Block comes to its
   * end. Auto Scaling reacts to neither warning ("Interruptible Capacity Reservations with EC2 Auto Scaling").
   */
  reclaimCapacity(instanceIds: readonly string[], reservation: Reservation): void {
    if (reservation === 'capacity-block') return this.#endCapacityBlock(instanceIds)
    for (const instanceId of instanceIds) {
      this.#warn(instanceId, reservation, INTERRUPTION_NOTICE_SECONDS)
      this.#takeLater(instanceId, INTERRUPTION_NOTICE_SECONDS)
    }
  }

  #endCapacityBlock(instanceIds: readonly string[]): void {
    const { simulation, publish, account } = this.#options
    const endsAt = simulation.now() + CAPACITY_BLOCK_WARNING_SECONDS * 1_000
    const { capacityBlockWarning: detailType, capacityBlockInstanceWarning } = this.#assumptions
    publish(
      capacityBlockExpirationWarning(account, { id: `cr-0${this.#random.hex(16)}`, endsAt, detailType }),
    )
    const lead =
      capacityBlockInstanceWarning === 'two-minutes-ahead'
        ? INTERRUPTION_NOTICE_SECONDS
        : CAPACITY_BLOCK_TERMINATION_SECONDS
    for (const instanceId of instanceIds) {
      simulation.after((CAPACITY_BLOCK_TERMINATION_SECONDS - lead) * 1_000, () =>
        this.#warn(instanceId, 'capacity-block', lead),
      )
      this.#takeLater(instanceId, CAPACITY_BLOCK_TERMINATION_SECONDS)
    }
  }

  #warn(instanceId: string, reservation: Reservation, leadSeconds: number): void {
    const { machines, simulation, publish, account } = this.#options
    const machine = machines.find(instanceId)
    if (!isUp(machine)) return
    const terminatesAt = simulation.now() + leadSeconds * 1_000
    publish(capacityReservationWarning(machine, account, { reservation, terminatesAt }))
  }

  #takeLater(instanceId: string, seconds: number): void {
    const { simulation, machines } = this.#options
    // EC2 remembers a terminated machine for longer than any of these notices is ahead.
    simulation.after(seconds * 1_000, () => machines.terminate(instanceId))
  }

  #spot(instanceId: string): Machine {
    const machine = this.#options.machines.find(instanceId)
    if (machine?.market !== 'spot')
      throw new ServiceError('InvalidParameterValue', `${instanceId} is no Spot instance`)
    return machine
  }

  #tell(notice: MachineNotice): void {
    for (const listener of this.#listeners) listener(notice)
  }
}

const isUp = (machine: Machine | undefined): machine is Machine =>
  machine?.state === 'pending' || machine?.state === 'running'
