import type { Simulation } from '../../engine/simulation.ts'
import type { LaunchRequest, Machine, Machines } from '../ec2/machine.ts'
import type { PublishEvent } from '../event.ts'
import { Activity, activityEventDetail, type ActivityStart } from './activity.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import type { LifecycleActions, OpenAction, WaitEnd } from './lifecycle-actions.ts'
import type { HookTarget } from './lifecycle-hook.ts'
import { countsAsCapacity, isLaunching, launching, terminating, type Journey } from './lifecycle-state.ts'
import { Member } from './member.ts'
import { lifecycleActionBody, lifecycleActionEvent } from './notification.ts'

/** Gives a message to a hook's own target; says whether the target took it. */
export type Notify = (message: HookTarget & { readonly body: string }) => 'accepted' | 'rejected'

export interface LifecycleOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly machines: Machines
  readonly publish: PublishEvent
  readonly notify: Notify
  readonly actions: LifecycleActions
  readonly assumptions: AutoScalingAssumptions
  readonly newId: () => string
}

/**
 * From `Terminating` to the hooks. Auto Scaling takes the instance out of the load balancers of its group here; the
 * model's groups have none of their own (ECS services own the target groups), so it is short.
 */
export const TERMINATING_SECONDS = 1

/** How old the instances of a group are that runs when the world begins. */
export const RUNNING_SINCE_SECONDS = 3_600

/** What is not the group's to say of a launch. */
export type GroupLaunch = Pick<LaunchRequest, 'availabilityZone' | 'instanceId'>

type ChangeListener = (group: Group, member: Member) => void

/** Takes instances into a group and out of it, past its hooks. The only place where a lifecycle state changes. */
export class Lifecycle {
  readonly #options: LifecycleOptions
  readonly #groupOf = new Map<string, Group>()
  readonly #listeners: ChangeListener[] = []
  /** Instances that no hook holds any more: they are gone when their machine is. */
  readonly #released = new Set<Member>()

  constructor(options: LifecycleOptions) {
    this.#options = options
    options.machines.onStateChange((machine) => this.#onMachineChange(machine))
  }

  /** Called when an instance comes into service, begins to leave, or has left. */
  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener)
  }

  /** The group and the instance in it; undefined for an instance of no group, or one that has left. */
  find(instanceId: string): { readonly group: Group; readonly member: Member } | undefined {
    const group = this.#groupOf.get(instanceId)
    const member = group?.members.get(instanceId)
    return group === undefined || member === undefined ? undefined : { group, member }
  }

  /** Launches an instance, which comes into service after its boot and the group's launch hooks. */
  launch(group: Group, availabilityZone: string, cause: string): Member {
    const machine = this.#launchMachine(group, { availabilityZone })
    const member = this.#admit(group, machine, cause)
    member.activity.moveTo('PreInService')
    // A machine without boot time runs before anybody could hear of it.
    if (machine.state === 'running') this.#onBooted(group, member)
    return member
  }

  /** An instance that came into service before the world began: no hook, no event. */
  adopt(group: Group, launch: GroupLaunch, cause: string): Member {
    const launchedSecondsAgo = Math.max(RUNNING_SINCE_SECONDS, group.spec.bootSeconds + 1)
    const machine = this.#launchMachine(group, { ...launch, launchedSecondsAgo })
    const member = this.#admit(group, machine, cause)
    member.moveTo('InService')
    member.inServiceAt = machine.launchedAt + group.spec.bootSeconds * 1_000
    member.activity.succeed(member.inServiceAt)
    return member
  }

  /** Begins to take an instance out, past the group's termination hooks. One that already leaves goes on as it does. */
  terminate(group: Group, member: Member, cause: string): Activity {
    if (!countsAsCapacity(member.state)) return member.activity
    const wasLaunching = isLaunching(member.state)
    this.#options.actions.drop(member)
    if (wasLaunching && member.activity.endedAt === undefined) member.activity.cancel(this.#now())
    const { instanceId, availabilityZone } = member
    const description = `Terminating EC2 instance: ${instanceId}`
    const activity = this.#record(group, { description, cause, startedAt: this.#now(), availabilityZone })
    member.activity = activity
    member.moveTo('Terminating')
    this.#changed(group, member)
    this.#options.simulation.after(TERMINATING_SECONDS * 1_000, () =>
      this.#hold({ group, member, journey: terminating }, () => this.#terminateMachine(group, member)),
    )
    return activity
  }

  /** An entry in the history for something that was wanted and could not be done. */
  recordCancelled(group: Group, description: string, cause: string): void {
    this.#record(group, { description, cause, startedAt: this.#now() }).cancel(this.#now())
  }

  #record(
    group: Group,
    start: Pick<ActivityStart, 'description' | 'cause' | 'startedAt' | 'availabilityZone'>,
  ): Activity {
    const activity = new Activity({ ...start, id: this.#options.newId(), autoScalingGroupName: group.name })
    group.activities.push(activity)
    return activity
  }

  #launchMachine(group: Group, launch: GroupLaunch & Pick<LaunchRequest, 'launchedSecondsAgo'>): Machine {
    const { instanceType, cpu, memory, bootSeconds } = group.spec
    const request = { ...launch, instanceType, cpu, memory, bootSeconds }
    return this.#options.machines.launch({ ...request, autoScalingGroupName: group.name })
  }

  #admit(group: Group, machine: Machine, cause: string): Member {
    const description = `Launching a new EC2 instance: ${machine.instanceId}`
    const { launchedAt: startedAt, availabilityZone } = machine
    const activity = this.#record(group, { description, cause, startedAt, availabilityZone })
    const member = new Member(machine, activity)
    group.members.set(member.instanceId, member)
    this.#groupOf.set(member.instanceId, group)
    return member
  }

  #onMachineChange(machine: Machine): void {
    const found = this.find(machine.instanceId)
    if (found === undefined) return
    const { group, member } = found
    if (machine.state === 'running' && member.state === 'Pending') this.#onBooted(group, member)
    if (machine.state === 'terminated' && this.#released.has(member)) this.#onGone(group, member)
  }

  /** AWS does not say how far the boot is when launch hooks begin; here they begin when the machine runs. */
  #onBooted(group: Group, member: Member): void {
    this.#hold({ group, member, journey: launching }, (end) => {
      if (end?.result === 'ABANDON') return this.#abandonLaunch(group, member, end)
      member.moveTo('InService')
      member.inServiceAt = this.#now()
      member.activity.succeed(this.#now())
      this.#publishActivity({ group, member, journey: launching }, 'EC2 Instance Launch Successful')
      this.#changed(group, member)
    })
  }

  /** An abandoned launch leaves past the termination hooks, although it never was in service. */
  #abandonLaunch(group: Group, member: Member, end: WaitEnd): void {
    member.activity.cancel(this.#now(), abandonedMessage(end))
    this.#publishActivity({ group, member, journey: launching }, 'EC2 Instance Launch Unsuccessful')
    this.terminate(group, member, causes.abandonedLaunch(this.#now()))
  }

  /** Lets the hooks of a journey hold the instance; `goOn` is called at once when there are none. */
  #hold({ group, member, journey }: Passage, goOn: (end: WaitEnd | undefined) => void): void {
    const hooks = group.hooksOf(journey.transition)
    if (hooks.length === 0) return goOn(undefined)
    member.moveTo(journey.waits)
    member.activity.moveTo(journey.waitingStatus)
    const onAllEnded = (end: WaitEnd) => {
      if (end.result === 'CONTINUE' || journey.whenAbandoned === 'goes-on') member.moveTo(journey.proceeds)
      goOn(end)
    }
    const actions = this.#options.actions.begin({ group, member, journey, hooks, onAllEnded })
    for (const action of actions) this.#tell(action)
  }

  /** EventBridge hears of the action whatever becomes of the hook's own target. */
  #tell(action: OpenAction): void {
    const { publish, notify, account } = this.#options
    publish(lifecycleActionEvent(action))
    const { target } = action.hook
    if (target === undefined) return
    const request = { accountId: account.accountId, requestId: action.wait.member.activity.start.id }
    const answer = notify({ ...target, body: lifecycleActionBody(action, request) })
    if (answer === 'rejected') this.#onRejected(action)
  }

  /** A target that cannot be reached does not leave the hook waiting: its default result comes at once. */
  #onRejected(action: OpenAction): void {
    const { defaultResult } = action.hook
    const { simulation, actions, assumptions } = this.#options
    if (defaultResult === 'ABANDON' && assumptions.rejectedTargetWithAbandon === 'waits-for-timeout') return
    simulation.after(0, () => actions.end(action, defaultResult, 'target-rejected'))
  }

  #terminateMachine(group: Group, member: Member): void {
    const machine = this.#options.machines.find(member.instanceId)
    if (machine === undefined || machine.state === 'terminated') return this.#onGone(group, member)
    this.#released.add(member)
    this.#options.machines.terminate(member.instanceId)
  }

  #onGone(group: Group, member: Member): void {
    member.moveTo('Terminated')
    this.#released.delete(member)
    group.members.delete(member.instanceId)
    this.#groupOf.delete(member.instanceId)
    member.activity.succeed(this.#now())
    this.#publishActivity({ group, member, journey: terminating }, 'EC2 Instance Terminate Successful')
    this.#changed(group, member)
  }

  #publishActivity({ group, member, journey }: Passage, detailType: string): void {
    const { region, accountId } = this.#options.account
    this.#options.publish({
      source: 'aws.autoscaling',
      detailType,
      resources: [group.arn, `arn:aws:ec2:${region}:${accountId}:instance/${member.instanceId}`],
      detail: activityEventDetail(member.activity, member.instanceId, journey),
    })
  }

  #changed(group: Group, member: Member): void {
    for (const listener of this.#listeners) listener(group, member)
  }

  #now(): number {
    return this.#options.simulation.now()
  }
}

/** A member of a group on its way in or out. */
interface Passage {
  readonly group: Group
  readonly member: Member
  readonly journey: Journey
}

/** As shown in "Troubleshoot Amazon EC2 Auto Scaling: EC2 instance launch failures". */
const abandonedMessage = ({ by, token }: WaitEnd): string => {
  const isTimeout = by === 'heartbeat-timeout' || by === 'global-timeout'
  const reason = isTimeout ? 'Heartbeat Timeout' : 'Lifecycle Action Completed with ABANDON Result'
  return `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${token} was abandoned: ${reason}`
}
