import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import { refuseUnmodelledMembers } from '../unmodelled-input.ts'
import { zoneId } from '../zone-id.ts'

/** What can be shifted: here Auto Scaling groups that allow it. */
export interface ShiftableResources {
  /** The zones of a resource; undefined: it is not registered for zonal shifts. */
  readonly zonesOf: (resourceArn: string) => readonly string[] | undefined
  /** Undefined: back into every zone. */
  readonly shiftAway: (resourceArn: string, zone: string | undefined) => void
}

interface ZonalShift {
  readonly zonalShiftId: string
  readonly resourceIdentifier: string
  /** The id of a zone. */
  readonly awayFrom: string
  readonly comment: string
  readonly startTime: number
  readonly expiryTime: number
  status: 'ACTIVE' | 'EXPIRED' | 'CANCELED'
}

/** A member for each field of the calls' inputs: only what is modelled. */
interface StartInput {
  readonly resourceIdentifier: string
  readonly awayFrom: string
  readonly expiresIn: string
  readonly comment: string
}

interface ListInput {
  readonly status?: string
  readonly resourceIdentifier?: string
}

/** A shift lasts three days at most, unless it is extended ("StartZonalShift"). */
const LONGEST_SHIFT_MINUTES = 4_320

/** Simulated zonal shift of Amazon Application Recovery Controller, as far as Auto Scaling groups go. */
export class ZonalShifts {
  readonly #simulation: Simulation
  readonly #resources: ShiftableResources
  readonly #random: Random
  readonly #shifts: ZonalShift[] = []

  constructor(options: { readonly simulation: Simulation; readonly resources: ShiftableResources }) {
    this.#simulation = options.simulation
    this.#resources = options.resources
    this.#random = options.simulation.randomFor('zonal shifts')
  }

  get model(): ServiceModel {
    return {
      serviceId: 'ARC Zonal Shift',
      operations: {
        StartZonalShift: (input: StartInput) => this.#start(input),
        CancelZonalShift: (input: { readonly zonalShiftId: string }) => this.#cancel(input.zonalShiftId),
        ListZonalShifts: (input: ListInput) => this.#list(input),
        // AWS itself never shifts anything here.
        ListAutoshifts: () => ({ items: [] }),
      },
    }
  }

  #start(input: StartInput): object {
    refuseUnmodelledMembers('StartZonalShift', input, [
      'resourceIdentifier',
      'awayFrom',
      'expiresIn',
      'comment',
    ])
    const { resourceIdentifier, awayFrom, comment } = input
    const zone = this.#requireZone(resourceIdentifier, awayFrom)
    if (this.#active(resourceIdentifier) !== undefined)
      throw new ServiceError(
        'ConflictException',
        `There is an active zonal shift of ${resourceIdentifier}.`,
        409,
      )
    const startTime = this.#simulation.now()
    const lastsMs = minutesOf(input.expiresIn) * 60_000
    const shift: ZonalShift = {
      zonalShiftId: uuid(this.#random),
      resourceIdentifier,
      awayFrom,
      comment,
      startTime,
      expiryTime: startTime + lastsMs,
      status: 'ACTIVE',
    }
    this.#shifts.push(shift)
    this.#resources.shiftAway(resourceIdentifier, zone)
    this.#simulation.after(lastsMs, () => this.#end(shift, 'EXPIRED'))
    return toShape(shift)
  }

  #cancel(zonalShiftId: string): object {
    const shift = this.#shifts.find((one) => one.zonalShiftId === zonalShiftId)
    if (shift === undefined)
      throw new ServiceError('ResourceNotFoundException', `There is no zonal shift ${zonalShiftId}.`, 404)
    this.#end(shift, 'CANCELED')
    return toShape(shift)
  }

  #list(input: ListInput): object {
    refuseUnmodelledMembers('ListZonalShifts', input, ['status', 'resourceIdentifier'])
    const { status, resourceIdentifier } = input
    const found = this.#shifts.filter(
      (shift) =>
        (status === undefined || shift.status === status) &&
        (resourceIdentifier === undefined || shift.resourceIdentifier === resourceIdentifier),
    )
    return { items: found.map(toShape) }
  }

  #end(shift: ZonalShift, status: 'EXPIRED' | 'CANCELED'): void {
    if (shift.status !== 'ACTIVE') return
    shift.status = status
    this.#resources.shiftAway(shift.resourceIdentifier, undefined)
  }

  #active(resourceArn: string): ZonalShift | undefined {
    return this.#shifts.find(
      ({ resourceIdentifier, status }) => resourceIdentifier === resourceArn && status === 'ACTIVE',
    )
  }

  #requireZone(resourceArn: string, awayFrom: string): string {
    const zones = this.#resources.zonesOf(resourceArn)
    if (zones === undefined)
      throw new ServiceError('ResourceNotFoundException', `${resourceArn} is not a managed resource.`, 404)
    const zone = zones.find((one) => zoneId(one) === awayFrom)
    if (zone === undefined)
      throw new ServiceError('ValidationException', `${resourceArn} is not in the zone ${awayFrom}.`)
    return zone
  }
}

/** `90m` or `2h`. */
const minutesOf = (expiresIn: string): number => {
  const [, count = '', unit] = /^([1-9]\d*)([mh])$/.exec(expiresIn) ?? []
  const minutes = Number(count) * (unit === 'h' ? 60 : 1)
  if (minutes > 0 && minutes <= LONGEST_SHIFT_MINUTES) return minutes
  throw new ServiceError('ValidationException', `expiresIn ${expiresIn} is not valid.`)
}

/** Times are seconds since 1970 on the wire. */
const toShape = ({ startTime, expiryTime, ...shift }: ZonalShift): object => ({
  ...shift,
  startTime: startTime / 1_000,
  expiryTime: expiryTime / 1_000,
})
