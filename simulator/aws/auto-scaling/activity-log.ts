import type { Simulation } from '../../engine/simulation.ts'
import type { PublishEvent } from '../event.ts'
import { Activity, activityEventDetail, type ActivityStart } from './activity.ts'
import type { Group } from './group.ts'
import { launching } from './journey.ts'
import type { Member } from './member.ts'

/** How an activity ended, in the words of its event. */
type ActivityOutcome = 'Successful' | 'Unsuccessful'

interface FailedLaunch {
  readonly cause: string
  readonly availabilityZone: string
  readonly statusMessage: string
}

interface ActivityLogOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly publish: PublishEvent
  readonly newId: () => string
}

/** Writes the groups' activity histories and tells EventBridge how activities end. */
export class ActivityLog {
  readonly #options: ActivityLogOptions

  constructor(options: ActivityLogOptions) {
    this.#options = options
  }

  record(
    group: Group,
    start: Pick<ActivityStart, 'description' | 'cause' | 'startedAt' | 'availabilityZone'>,
  ): Activity {
    const activity = new Activity({ ...start, id: this.#options.newId(), autoScalingGroupName: group.name })
    group.activities.push(activity)
    return activity
  }

  /** The activity of an instance that sets out now. */
  begin(group: Group, member: Member, cause: string): Activity {
    const { instanceId, availabilityZone, journey } = member
    const description = `${journey.description}: ${instanceId}`
    return this.record(group, { description, cause, startedAt: this.#now(), availabilityZone })
  }

  /** The instance has come to the end of its journey. */
  succeed(group: Group, member: Member): void {
    member.activity.succeed(this.#now())
    this.#publish(group, member, 'Successful')
  }

  /** The instance will not come to the end of its journey. */
  fail(group: Group, member: Member, statusMessage: string): void {
    member.activity.cancel(this.#now(), statusMessage)
    this.#publish(group, member, 'Unsuccessful')
  }

  /** EC2 would not launch a machine, so there is no instance that the activity and its event could name. */
  failLaunch(group: Group, { cause, availabilityZone, statusMessage }: FailedLaunch): void {
    const { description } = launching
    const activity = this.record(group, { description, cause, startedAt: this.#now(), availabilityZone })
    activity.fail(this.#now(), statusMessage)
    this.#publish(group, { journey: launching, activity, instanceId: '' }, 'Unsuccessful')
  }

  #publish(
    group: Group,
    { journey, activity, instanceId }: Pick<Member, 'journey' | 'activity' | 'instanceId'>,
    outcome: ActivityOutcome,
  ): void {
    const { region, accountId } = this.#options.account
    this.#options.publish({
      source: 'aws.autoscaling',
      detailType: `EC2 Instance ${journey.name === 'launching' ? 'Launch' : 'Terminate'} ${outcome}`,
      resources: [
        group.arn,
        ...(instanceId === '' ? [] : [`arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`]),
      ],
      detail: activityEventDetail(activity, instanceId, journey),
    })
  }

  #now(): number {
    return this.#options.simulation.now()
  }
}
