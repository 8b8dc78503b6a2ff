import type { LifecyclePlace } from './journey.ts'

/** Status codes and the progress that Auto Scaling reports with each. */
const progressOf = {
  InProgress: 0,
  PreInService: 30,
  MidLifecycleAction: 40,
  MidTerminatingLifecycleAction: 60,
  Successful: 100,
  Cancelled: 100,
  Failed: 100,
} as const

type ActivityStatus = keyof typeof progressOf

export interface ActivityStart {
  readonly id: string
  readonly autoScalingGroupName: string
  readonly description: string
  readonly cause: string
  readonly startedAt: number
  /** Absent for an activity that never came to an instance. */
  readonly availabilityZone?: string
}

/** One entry of a group's activity history. */
export class Activity {
  readonly start: ActivityStart
  #status: ActivityStatus = 'InProgress'
  #statusMessage: string | undefined
  #endedAt: number | undefined

  constructor(start: ActivityStart) {
    this.start = start
  }

  get status(): ActivityStatus {
    return this.#status
  }

  get progress(): number {
    return progressOf[this.#status]
  }

  get statusMessage(): string | undefined {
    return this.#statusMessage
  }

  get endedAt(): number | undefined {
    return this.#endedAt
  }

  /** A failed launch repeats its status message in the description ("Troubleshoot", user guide). */
  get description(): string {
    const { description } = this.start
    return this.#statusMessage === undefined
      ? description
      : `${description}.  Status Reason: ${this.#statusMessage}`
  }

  /** JSON inside a string, as `DescribeScalingActivities` gives it. */
  get details(): string {
    const { availabilityZone } = this.start
    return JSON.stringify(availabilityZone === undefined ? {} : { 'Availability Zone': availabilityZone })
  }

  moveTo(status: ActivityStatus): void {
    this.#status = status
  }

  succeed(at: number): void {
    this.#status = 'Successful'
    this.#endedAt = at
  }

  fail(at: number, statusMessage: string): void {
    this.#status = 'Failed'
    this.#statusMessage = statusMessage
    this.#endedAt = at
  }

  cancel(at: number, statusMessage?: string): void {
    this.#status = 'Cancelled'
    this.#statusMessage = statusMessage
    this.#endedAt = at
  }
}

/** The detail of `EC2 Instance Launch|Terminate Successful|Unsuccessful`: the status stays `InProgress` there. */
export const activityEventDetail = (
  activity: Activity,
  instanceId: string,
  way: { readonly origin: LifecyclePlace; readonly destination: LifecyclePlace },
): Readonly<Record<string, unknown>> => ({
  StatusCode: activity.status === 'Cancelled' || activity.status === 'Failed' ? 'Failed' : 'InProgress',
  Description: activity.start.description,
  AutoScalingGroupName: activity.start.autoScalingGroupName,
  ActivityId: activity.start.id,
  Details: JSON.parse(activity.details) as unknown,
  RequestId: activity.start.id,
  StatusMessage: activity.statusMessage ?? '',
  StartTime: new Date(activity.start.startedAt).toISOString(),
  EndTime: new Date(activity.endedAt ?? activity.start.startedAt).toISOString(),
  EC2InstanceId: instanceId,
  Cause: activity.start.cause,
  Origin: way.origin,
  Destination: way.destination,
})
