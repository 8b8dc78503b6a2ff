import type { Simulation } from '../../engine/simulation.ts'
import type { PublishEvent } from '../event.ts'
import { ServiceError } from '../operation.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { causes, joined } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import { isReadyInPool } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import { OncePerGroup } from './once-per-group.ts'
import { refreshStep, type RefreshBounds, type RefreshStep } from './refresh-plan.ts'
import type { ReplacementReason, Replacements } from './replacements.ts'
import type { RootVolumes } from './root-volumes.ts'
import type { VictimChoice } from './victim-choice.ts'
import { poolMembers } from './warm-pool.ts'

/** From StartInstanceRefresh to the first replacement. AWS names no figure. */
export const REFRESH_START_SECONDS = 5

/** With `ScaleInProtectedInstances: Wait` a refresh waits an hour for protected instances and then fails. */
export const PROTECTED_WAIT_SECONDS = 3_600

/** So long a refresh asks a custom termination policy that names no instance, and then fails (same page as below). */
export const VETOED_WAIT_SECONDS = 3_600

/** How instances are renewed: by others, or by a new root volume from this image. */
export type RefreshStrategy =
  { readonly name: 'Rolling' } | { readonly name: 'ReplaceRootVolume'; readonly imageId: string }

export interface RefreshPreferences extends RefreshBounds {
  readonly instanceWarmupSeconds: number
  readonly protectedInstances: 'Refresh' | 'Ignore' | 'Wait'
}

/** One instance refresh and how far it is. */
export interface InstanceRefresh {
  readonly id: string
  readonly group: Group
  readonly strategy: RefreshStrategy
  readonly preferences: RefreshPreferences
  readonly startedAt: number
  readonly total: number
  /** Ids of the instances that have not begun to leave. */
  readonly left: Set<string>
  status: 'Pending' | 'InProgress' | 'Successful' | 'Failed'
  statusReason: string | undefined
  endedAt: number | undefined
  isWaitingForProtected: boolean
  /** Since when a custom termination policy has named no instance; undefined: it did the last time. */
  vetoedSince: number | undefined
}

interface InstanceRefreshOptions {
  readonly simulation: Simulation
  readonly lifecycle: Lifecycle
  readonly replacements: Replacements
  readonly rootVolumes: RootVolumes
  readonly publish: PublishEvent
  readonly assumptions: AutoScalingAssumptions
  readonly victims: VictimChoice
  readonly newId: () => string
}

/**
 * Instance refreshes: every instance that was there at the start is renewed, within the healthy bounds; then those of
 * the warm pool are ("Update the instances in a warm pool").
 */
export class InstanceRefreshes {
  readonly #options: InstanceRefreshOptions
  readonly #refreshes: InstanceRefresh[] = []
  readonly #loop: OncePerGroup
  readonly #laterLoop: OncePerGroup

  constructor(options: InstanceRefreshOptions) {
    this.#options = options
    const { simulation, lifecycle } = options
    this.#loop = new OncePerGroup({ simulation, delaySeconds: 0, work: (group) => this.#advance(group) })
    this.#laterLoop = new OncePerGroup({
      simulation,
      delaySeconds: options.assumptions.customPolicyRetrySeconds,
      work: (group) => this.look(group),
    })
    lifecycle.onChange((group) => this.look(group))
  }

  /** Newest first. */
  of(group: Group): readonly InstanceRefresh[] {
    return this.#refreshes.filter((refresh) => refresh.group === group).reverse()
  }

  /** @throws {ServiceError} `InstanceRefreshInProgress` while another refresh of the group runs. */
  start(group: Group, strategy: RefreshStrategy, preferences: RefreshPreferences): InstanceRefresh {
    if (this.#active(group) !== undefined)
      throw new ServiceError(
        'InstanceRefreshInProgress',
        'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
      )
    const refresh = this.#newRefresh(group, strategy, preferences)
    this.#refreshes.push(refresh)
    this.#options.simulation.after(REFRESH_START_SECONDS * 1_000, () => {
      refresh.status = 'InProgress'
      this.#publish(refresh, 'Started')
      this.look(group)
    })
    return refresh
  }

  isReplacingRootVolumes(group: Group): boolean {
    return this.#active(group)?.strategy.name === 'ReplaceRootVolume'
  }

  /** Has the group's refresh take its next step, if one runs. */
  look(group: Group): void {
    if (this.#active(group)?.status === 'InProgress') this.#loop.ask(group)
  }

  #newRefresh(group: Group, strategy: RefreshStrategy, preferences: RefreshPreferences): InstanceRefresh {
    const isSkipped = ({ isProtected }: Member) => isProtected && preferences.protectedInstances === 'Ignore'
    const left = new Set(
      group.capacity.filter((member) => !isSkipped(member)).map(({ instanceId }) => instanceId),
    )
    return {
      id: this.#options.newId(),
      group,
      strategy,
      preferences,
      startedAt: this.#now(),
      total: left.size,
      left,
      status: 'Pending',
      statusReason: undefined,
      endedAt: undefined,
      isWaitingForProtected: false,
      vetoedSince: undefined,
    }
  }

  #active(group: Group): InstanceRefresh | undefined {
    return this.#refreshes.find(({ group: its, endedAt }) => its === group && endedAt === undefined)
  }

  #advance(group: Group): void {
    const refresh = this.#active(group)
    if (refresh === undefined || isSuspended(group)) return
    this.#lookWhenWarm(refresh)
    const situation = this.#situation(refresh)
    forgetThoseGone(refresh)
    if (this.#awaitsTerminations(group)) return
    if (refresh.left.size === 0 && situation.isSettled)
      return this.#renewPool(refresh) ? this.#end(refresh, 'Successful') : undefined
    this.#takeStep(refresh, situation)
  }

  #takeStep(
    refresh: InstanceRefresh,
    situation: { readonly healthyCount: number; readonly isSettled: boolean },
  ): void {
    const { group, preferences } = refresh
    const candidates = this.#candidates(refresh)
    if (candidates.length === 0 && situation.isSettled) return this.#waitForProtected(refresh)
    const wanted = stepMembers(refreshStep(group, preferences, { ...situation, candidates }))
    if (wanted.length === 0) return
    if (refresh.strategy.name !== 'Rolling') return this.#take(refresh, wanted)
    const request = { cause: 'INSTANCE_REFRESH', eligible: candidates, count: wanted.length } as const
    this.#options.victims.choose(group, request, (chosen) => this.#takeChosen(refresh, chosen))
  }

  /**
   * A custom termination policy is asked before either order of replacement begins; that it is so too where the launch
   * comes first is not documented ("Create a custom termination policy with Lambda").
   */
  #takeChosen(refresh: InstanceRefresh, chosen: readonly Member[]): void {
    if (refresh.endedAt !== undefined || isSuspended(refresh.group)) return
    if (chosen.length > 0) {
      refresh.vetoedSince = undefined
      return this.#take(refresh, chosen)
    }
    refresh.vetoedSince ??= this.#now()
    if (this.#now() - refresh.vetoedSince >= VETOED_WAIT_SECONDS * 1_000)
      this.#end(refresh, 'Failed', 'The custom termination policy names no instance that may be terminated.')
    else this.#laterLoop.ask(refresh.group)
  }

  /** As many of the members as the bounds have room for now. */
  #take(refresh: InstanceRefresh, members: readonly Member[]): void {
    const { group, preferences } = refresh
    const candidates = this.#candidates(refresh).filter((candidate) => members.includes(candidate))
    const step = refreshStep(group, preferences, { ...this.#situation(refresh), candidates })
    for (const member of stepMembers(step)) refresh.left.delete(member.instanceId)
    for (const member of step.atOnce) this.#renew(refresh, member)
    for (const member of step.launchFirst) this.#options.replacements.launchFirst(group, member, refreshed)
  }

  #situation(refresh: InstanceRefresh) {
    const { group } = refresh
    const notYetWarm = this.#notYetWarm(refresh)
    const isSettled =
      group.inService.length >= group.desired && group.surplus === 0 && notYetWarm.length === 0
    return { healthyCount: group.inService.length - notYetWarm.length, isSettled }
  }

  #renew({ group, strategy }: InstanceRefresh, member: Member): void {
    const { replacements, rootVolumes } = this.#options
    if (strategy.name === 'Rolling') return replacements.atOnce(group, member, refreshed)
    const cause = causes.rootVolumeReplacement(this.#now())
    rootVolumes.replace(group, member, { imageId: strategy.imageId, cause })
  }

  /** Takes the old instances out of the warm pool, whose own loop launches others. Says whether none is left. */
  #renewPool({ group, startedAt }: InstanceRefresh): boolean {
    const old = poolMembers(group).filter(({ launchedAt }) => launchedAt <= startedAt)
    for (const member of old.filter(({ state }) => isReadyInPool(state)))
      this.#options.lifecycle.terminate(group, member, causes.refreshTermination(this.#now()))
    return old.length === 0
  }

  #candidates({ group, left, preferences }: InstanceRefresh): readonly Member[] {
    return group.inService.filter(
      (member) =>
        left.has(member.instanceId) &&
        !this.#options.replacements.isLeaving(group, member) &&
        (!member.isProtected || preferences.protectedInstances === 'Refresh'),
    )
  }

  /** Newcomers count as healthy only after their warm-up. */
  #notYetWarm({ group, startedAt, preferences }: InstanceRefresh): readonly Member[] {
    const warmup = preferences.instanceWarmupSeconds * 1_000
    return group.inService.filter(
      ({ inServiceAt = 0 }) => inServiceAt > startedAt && inServiceAt + warmup > this.#now(),
    )
  }

  /** Each newcomer gets a look for when its warm-up is over. */
  #lookWhenWarm(refresh: InstanceRefresh): void {
    const warmup = refresh.preferences.instanceWarmupSeconds * 1_000
    for (const { inServiceAt } of this.#notYetWarm(refresh))
      if (inServiceAt === this.#now()) this.#options.simulation.after(warmup, () => this.look(refresh.group))
  }

  #awaitsTerminations(group: Group): boolean {
    if (this.#options.assumptions.refreshAwaitsTerminations === 'no') return false
    return group.instances.length > group.capacity.length
  }

  #waitForProtected(refresh: InstanceRefresh): void {
    if (refresh.isWaitingForProtected) return
    refresh.isWaitingForProtected = true
    this.#options.simulation.after(PROTECTED_WAIT_SECONDS * 1_000, () => {
      const isStuck = refresh.endedAt === undefined && this.#candidates(refresh).length === 0
      refresh.isWaitingForProtected = false
      if (isStuck) this.#end(refresh, 'Failed', 'The remaining instances are protected from scale-in.')
    })
  }

  #end(refresh: InstanceRefresh, status: 'Successful' | 'Failed', reason?: string): void {
    refresh.status = status
    refresh.statusReason = reason
    refresh.endedAt = this.#now()
    this.#publish(refresh, status === 'Successful' ? 'Succeeded' : 'Failed')
  }

  #publish({ id, group }: InstanceRefresh, what: 'Started' | 'Succeeded' | 'Failed'): void {
    this.#options.publish({
      source: 'aws.autoscaling',
      detailType: `EC2 Auto Scaling Instance Refresh ${what}`,
      resources: [group.arn],
      detail: { InstanceRefreshId: id, AutoScalingGroupName: group.name },
    })
  }

  #now(): number {
    return this.#options.simulation.now()
  }
}

const refreshed: ReplacementReason = {
  termination: (at, instanceId) => joined(causes.refreshTermination(at), causes.selected(at, instanceId)),
  launch: (at) => causes.refreshLaunch(at),
  launchFrom: 'ec2',
}

const stepMembers = ({ atOnce, launchFirst }: RefreshStep): readonly Member[] => [...atOnce, ...launchFirst]

/** What left for another reason needs no replacement by the refresh. */
const forgetThoseGone = ({ group, left }: InstanceRefresh): void => {
  const here = new Set(group.capacity.map(({ instanceId }) => instanceId))
  for (const instanceId of left) if (!here.has(instanceId)) left.delete(instanceId)
}

const isSuspended = (group: Group): boolean =>
  group.isSuspended('InstanceRefresh') || group.isSuspended('Launch') || group.isSuspended('Terminate')
