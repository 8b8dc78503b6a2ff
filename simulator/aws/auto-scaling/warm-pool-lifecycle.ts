import type { Machine } from '../ec2/machine.ts'
import type { Activity } from './activity.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import { leavingPool, returning, warming } from './journey.ts'
import { launchRequest } from './launch-request.ts'
import { isReadyInPool } from './lifecycle-state.ts'
import {
  RUNNING_SINCE_SECONDS,
  TERMINATING_SECONDS,
  type Lifecycle,
  type LifecycleOptions,
} from './lifecycle.ts'
import type { Member } from './member.ts'
import type { WarmPool } from './warm-pool.ts'
import { sparsestFirst, zoneForLaunch } from './zone-choice.ts'

/** Takes instances into a warm pool, out of it into service, and back ("Warm pools for Amazon EC2 Auto Scaling"). */
export class WarmPoolLifecycle {
  readonly #options: LifecycleOptions
  readonly #lifecycle: Lifecycle
  /** Instances that are in the pool as soon as their machine has stopped. */
  readonly #stopping = new Set<Member>()

  constructor(options: LifecycleOptions & { readonly lifecycle: Lifecycle }) {
    this.#options = options
    this.#lifecycle = options.lifecycle
    options.machines.onStateChange((machine) => this.#onMachineChange(machine))
  }

  /**
   * Launches an instance into the pool, where it comes to rest after its boot and the group's launch hooks. Undefined: EC2
   * has none now.
   */
  launch(group: Group, availabilityZone: string, cause: string): Member | undefined {
    const targetLifecycleState = `Warmed:${poolOf(group).poolState}` as const
    const launch = { availabilityZone, targetLifecycleState }
    const machine = this.#options.launches.launch(group, launch, cause)
    if (machine === undefined) return undefined
    const member = this.#lifecycle.admit(group, machine, { journey: warming, cause })
    member.activity.moveTo('PreInService')
    // A machine without boot time runs before anybody could hear of it.
    if (machine.state === 'running') this.#warm(group, member)
    return member
  }

  /** An instance that has been in the pool since before the world began: no hook, no event. */
  adopt(group: Group, availabilityZone: string, cause: string): void {
    const { poolState } = poolOf(group)
    const launchedSecondsAgo = Math.max(RUNNING_SINCE_SECONDS, group.spec.bootSeconds + 1)
    const machine = this.#options.machines.launch(
      launchRequest(group, {
        availabilityZone,
        launchedSecondsAgo,
        hasStopped: poolState === 'Stopped',
        targetLifecycleState: `Warmed:${poolState}`,
      }),
    )
    const member = this.#lifecycle.admit(group, machine, { journey: warming, cause })
    member.moveTo(`Warmed:${poolState}`)
    member.activity.succeed(machine.launchedAt + group.spec.bootSeconds * 1_000)
  }

  /** The next instance for service: out of the pool if one is ready there, else a launch from EC2, which may have none. */
  launchIntoService(group: Group, cause: string): Member | undefined {
    const ready = this.#ready(group)
    if (ready === undefined) return this.#lifecycle.launch(group, zoneForLaunch(group), cause)
    this.#promote(group, ready, cause)
    return ready
  }

  /** Scale-in with a reuse policy: the termination hooks hold the instance, which then rests in the pool. */
  returnToPool(group: Group, member: Member, cause: string): void {
    const { machines, roster, simulation, hooks } = this.#options
    member.setOut(returning)
    const activity = this.#begin(group, member, cause)
    machines.setTargetLifecycleState(member.instanceId, `Warmed:${poolOf(group).poolState}`)
    roster.changed(group, member)
    simulation.after(TERMINATING_SECONDS * 1_000, () => {
      // The pool may have been deleted by force meanwhile, and the instance with it.
      if (member.activity === activity) hooks.hold(group, member, () => this.#settle(group, member))
    })
  }

  #promote(group: Group, member: Member, cause: string): void {
    const { machines } = this.#options
    const wasStopped = member.state === 'Warmed:Stopped'
    member.setOut(leavingPool)
    this.#begin(group, member, cause).moveTo('PreInService')
    machines.setTargetLifecycleState(member.instanceId, 'InService')
    if (wasStopped) machines.start(member.instanceId)
    else this.#lifecycle.enterService(group, member)
  }

  #begin(group: Group, member: Member, cause: string): Activity {
    member.activity = this.#options.activities.begin(group, member, cause)
    return member.activity
  }

  /** In the zone that lacks instances most. A machine that died a moment ago is no help, whatever its state says. */
  #ready(group: Group): Member | undefined {
    return sparsestFirst(
      group,
      group.warmed.filter((member) => {
        const machine = this.#options.machines.find(member.instanceId)
        return isReadyInPool(member.state) && member.state === restingState(machine)
      }),
    )[0]
  }

  #onMachineChange(machine: Machine): void {
    const found = this.#lifecycle.find(machine.instanceId)
    if (found === undefined) return
    const { group, member } = found
    if (machine.state === 'running' && member.state === 'Warmed:Pending') this.#warm(group, member)
    if (machine.state === 'stopped' && this.#stopping.delete(member)) this.#rest(group, member)
  }

  #warm(group: Group, member: Member): void {
    this.#options.hooks.hold(group, member, (end) => {
      if (end?.result === 'ABANDON') this.#lifecycle.abandonLaunch(group, member, end)
      else this.#settle(group, member)
    })
  }

  /** No hook holds the instance any more: it takes the state that the pool has now. */
  #settle(group: Group, member: Member): void {
    const { machines, simulation } = this.#options
    const { instanceId } = member
    if (machines.find(instanceId)?.state !== 'running') {
      this.#lifecycle.terminate(group, member, causes.failedHealthCheck(simulation.now()))
    } else if (poolOf(group).poolState === 'Stopped') {
      this.#stopping.add(member)
      machines.stop(instanceId)
    } else {
      this.#rest(group, member)
    }
  }

  #rest(group: Group, member: Member): void {
    const state = restingState(this.#options.machines.find(member.instanceId))
    // Deleting the pool by force may have begun to terminate it while it stopped.
    if (state === undefined || !member.state.startsWith('Warmed:Pending')) return
    member.moveTo(state)
    this.#options.activities.succeed(group, member)
    this.#options.roster.changed(group, member)
  }
}

const poolOf = ({ warmPool, name }: Group): WarmPool => {
  if (warmPool === undefined) throw new Error(`group ${name} has no warm pool`)
  return warmPool
}

/** The state of a ready instance that goes with the state of its machine. */
const restingState = (machine: Machine | undefined): 'Warmed:Stopped' | 'Warmed:Running' | undefined => {
  if (machine?.state === 'stopped') return 'Warmed:Stopped'
  return machine?.state === 'running' ? 'Warmed:Running' : undefined
}
