import type { Simulation } from '../../engine/simulation.ts'
import type { AutoScaledMachines, Machine } from '../ec2/machine.ts'
import type { Activity } from './activity.ts'
import type { ActivityLog } from './activity-log.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import { abandonedMessage, type HookWaits } from './hook-waits.ts'
import { launching, rootVolumeReplaced, terminating, terminatingFromPool, type Journey } from './journey.ts'
import type { Launches } from './launches.ts'
import { launchRequest, type GroupLaunch } from './launch-request.ts'
import type { LifecycleActions, WaitEnd } from './lifecycle-actions.ts'
import { isTerminating, isWarmed } from './lifecycle-state.ts'
import { Member } from './member.ts'
import type { Enrolled, Roster } from './roster.ts'

export interface LifecycleOptions {
  readonly simulation: Simulation
  readonly machines: AutoScaledMachines
  readonly launches: Launches
  readonly actions: LifecycleActions
  readonly activities: ActivityLog
  readonly hooks: HookWaits
  readonly roster: Roster
}

/**
 * From `Terminating` to the hooks. Auto Scaling takes the instance out of the load balancers of its group here; the
 * model's groups have none of their own (ECS services own the target groups), so it is short.
 */
export const TERMINATING_SECONDS = 1

/** How old the instances of a group are that runs when the world begins. */
export const RUNNING_SINCE_SECONDS = 3_600

/** Takes instances into service and to their end, past the hooks. What happens in a warm pool stands beside this. */
export class Lifecycle {
  readonly #options: LifecycleOptions
  /** Instances that no hook holds any more: they are gone when their machine is. */
  readonly #released = new Set<Member>()

  constructor(options: LifecycleOptions) {
    this.#options = options
    options.machines.onStateChange((machine) => this.#onMachineChange(machine))
  }

  onChange(listener: (group: Group, member: Member) => void): void {
    this.#options.roster.onChange(listener)
  }

  find(instanceId: string): Enrolled | undefined {
    return this.#options.roster.find(instanceId)
  }

  /**
   * Launches an instance, which comes into service after its boot and the group's launch hooks. Undefined: EC2 has none
   * now, and the group tries again later.
   */
  launch(group: Group, availabilityZone: string, cause: string): Member | undefined {
    return this.#launched(group, this.#options.launches.launch(group, { availabilityZone }, cause), cause)
  }

  /** Launches an instance in this zone; undefined: EC2 has none there. */
  launchOnlyIn(group: Group, availabilityZone: string, cause: string): Member | undefined {
    return this.#launched(group, this.#options.launches.launchOnlyIn(group, availabilityZone, cause), cause)
  }

  #launched(group: Group, machine: Machine | undefined, cause: string): Member | undefined {
    if (machine === undefined) return undefined
    const member = this.admit(group, machine, { journey: launching, cause })
    member.activity.moveTo('PreInService')
    // A machine without boot time runs before anybody could hear of it.
    if (machine.state === 'running') this.enterService(group, member)
    return member
  }

  /** An instance that came into service before the world began: no hook, no event. */
  adopt(group: Group, launch: GroupLaunch, cause: string): Member {
    const launchedSecondsAgo = Math.max(RUNNING_SINCE_SECONDS, group.spec.bootSeconds + 1)
    const machine = this.#options.machines.launch(launchRequest(group, { ...launch, launchedSecondsAgo }))
    const member = this.admit(group, machine, { journey: launching, cause })
    member.moveTo('InService')
    member.isProtected = group.protectsNewInstances
    member.inServiceAt = machine.launchedAt + group.spec.bootSeconds * 1_000
    member.activity.succeed(member.inServiceAt)
    return member
  }

  /** A machine becomes an instance of the group, at the beginning of its journey. */
  admit(
    group: Group,
    machine: Machine,
    { journey, cause }: { readonly journey: Journey; readonly cause: string },
  ): Member {
    const description = `${journey.description}: ${machine.instanceId}`
    const { launchedAt: startedAt, availabilityZone } = machine
    const start = { description, cause, startedAt, availabilityZone }
    const activity = this.#options.activities.record(group, start)
    const member = new Member(machine, { journey, activity })
    this.#options.roster.add(group, member)
    return member
  }

  /**
   * The way from a machine that runs into service, past the launch hooks. AWS does not say how far the boot is when they
   * begin; here they begin when the machine runs.
   */
  enterService(group: Group, member: Member): void {
    this.#options.hooks.hold(group, member, (end) => {
      if (end?.result === 'ABANDON') return this.abandonLaunch(group, member, end)
      member.moveTo('InService')
      if (member.journey !== rootVolumeReplaced) member.isProtected = group.protectsNewInstances
      member.inServiceAt = this.#now()
      this.#options.activities.succeed(group, member)
      this.#options.roster.changed(group, member)
    })
  }

  /** An abandoned launch leaves past the termination hooks, although it never was in service. */
  abandonLaunch(group: Group, member: Member, end: WaitEnd): void {
    this.#options.activities.fail(group, member, abandonedMessage(end))
    this.terminate(group, member, causes.abandonedLaunch(this.#now()))
  }

  /**
   * Begins to take an instance out, past the group's termination hooks. One that already leaves goes on as it does, and
   * one that is retained begins anew.
   */
  terminate(group: Group, member: Member, cause: string): Activity {
    if (isTerminating(member.state)) return member.activity
    const { actions, activities, roster, simulation, hooks } = this.#options
    actions.drop(member)
    if (member.activity.endedAt === undefined) member.activity.cancel(this.#now())
    member.setOut(isWarmed(member.state) ? terminatingFromPool : terminating)
    member.activity = activities.begin(group, member, cause)
    roster.changed(group, member)
    simulation.after(TERMINATING_SECONDS * 1_000, () =>
      hooks.hold(group, member, () => this.#terminateMachine(group, member)),
    )
    return member.activity
  }

  /** An entry in the history for something that was wanted and could not be done. */
  recordCancelled(group: Group, description: string, cause: string): void {
    this.#options.activities.record(group, { description, cause, startedAt: this.#now() }).cancel(this.#now())
  }

  #onMachineChange(machine: Machine): void {
    const found = this.find(machine.instanceId)
    if (found === undefined) return
    const { group, member } = found
    if (machine.state === 'running' && member.state === 'Pending') this.enterService(group, member)
    if (machine.state === 'terminated' && this.#released.has(member)) this.#onGone(group, member)
  }

  #terminateMachine(group: Group, member: Member): void {
    const { machines } = this.#options
    const machine = machines.find(member.instanceId)
    if (machine === undefined || machine.state === 'terminated') return this.#onGone(group, member)
    this.#released.add(member)
    machines.terminate(member.instanceId)
  }

  #onGone(group: Group, member: Member): void {
    const { roster, activities } = this.#options
    member.moveTo(isWarmed(member.state) ? 'Warmed:Terminated' : 'Terminated')
    this.#released.delete(member)
    roster.remove(group, member)
    activities.succeed(group, member)
    roster.changed(group, member)
  }

  #now(): number {
    return this.#options.simulation.now()
  }
}
