import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import type { GroupSpec, OtherHookSpec } from '../../world/world-spec.ts'
import type { AutoScaledMachines } from '../ec2/machine.ts'
import type { AlarmNotice } from '../cloudwatch/alarm.ts'
import type { PublishEvent } from '../event.ts'
import type { ServiceModel } from '../operation.ts'
import type { ShiftableResources } from '../zonal-shift/zonal-shifts.ts'
import { ActivityLog } from './activity-log.ts'
import { defaultAssumptions, type AutoScalingAssumptions } from './assumptions.ts'
import { CapacityLoop } from './capacity-loop.ts'
import { causes, joined } from './cause.ts'
import { Group } from './group.ts'
import { HealthChecks } from './health-checks.ts'
import { InstanceLifetimes } from './instance-lifetimes.ts'
import { InstanceRefreshes } from './instance-refreshes.ts'
import { LifecycleActions, type EndedAction, type WaitingAction } from './lifecycle-actions.ts'
import { HookWaits, type Notify } from './hook-waits.ts'
import { launching, terminating } from './journey.ts'
import { Launches } from './launches.ts'
import type { LifecycleHook } from './lifecycle-hook.ts'
import { Lifecycle, RUNNING_SINCE_SECONDS } from './lifecycle.ts'
import { NoticedReplacements } from './noticed-replacements.ts'
import { activityOperations } from './operations/activities.ts'
import { changeGroupOperations } from './operations/change-group.ts'
import { changeInstanceOperations } from './operations/change-instances.ts'
import type { OperationContext } from './operations/context.ts'
import { describeGroupOperations } from './operations/describe-groups.ts'
import { hookOperations } from './operations/hooks.ts'
import { lifecycleActionOperations } from './operations/lifecycle-actions.ts'
import { policyOperations } from './operations/policies.ts'
import { processOperations } from './operations/processes.ts'
import { refreshOperations } from './operations/refreshes.ts'
import { tagOperations } from './operations/tags.ts'
import { warmPoolOperations } from './operations/warm-pools.ts'
import { Replacements } from './replacements.ts'
import { RootVolumes } from './root-volumes.ts'
import { ScalingPolicies, type ScalingAlarms } from './scaling-policies.ts'
import { Roster } from './roster.ts'
import { VictimChoice, type AskPolicy, type PolicyAnswer } from './victim-choice.ts'
import { WarmPoolLifecycle } from './warm-pool-lifecycle.ts'
import type { WarmPool } from './warm-pool.ts'
import { WarmPools } from './warm-pools.ts'
import { ZoneRebalancing } from './zone-rebalancing.ts'
import { zoneForLaunch } from './zone-choice.ts'

interface AutoScalingOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly machines: AutoScaledMachines
  readonly publish: PublishEvent
  /** Delivers to a hook's own target; EventBridge gets its event by `publish` in any case. */
  readonly notify: Notify
  /** CloudWatch's alarms; absent: no policy can be watched by any. */
  readonly alarms?: ScalingAlarms
  /** Asks the function of a custom termination policy. Absent: there is no Lambda, and every such function fails. */
  readonly askPolicy?: AskPolicy
  /** Where AWS's documentation is silent; see there for the defaults. */
  readonly assumptions?: Partial<AutoScalingAssumptions>
}

/** Simulated EC2 Auto Scaling: groups, their hooks and activities, and the calls of an SDK client. */
export class AutoScaling {
  readonly #groups = new Map<string, Group>()
  readonly #random: Random
  readonly #context: OperationContext

  constructor(options: AutoScalingOptions) {
    this.#random = options.simulation.randomFor('auto-scaling')
    this.#context = buildContext(options, { groups: this.#groups, newId: () => uuid(this.#random) })
  }

  /** A group that AWS has just created: its desired instances are launched soon, and boot. */
  createGroup(spec: GroupSpec, zones: readonly string[]): void {
    const group = this.#newGroup(spec, zones)
    group.desiredBecause = causes.create(this.#context.simulation.now(), group.desired)
    this.#context.capacity.look(group)
    const pool = poolFromSpec(spec)
    if (pool !== undefined) this.#context.warmPools.put(group, pool)
  }

  /** A group that the world begins with: its desired instances were launched in the past and are in service. */
  createRunningGroup(spec: GroupSpec, zones: readonly string[]): void {
    const group = this.#newGroup(spec, zones)
    const since = this.#context.simulation.now() - RUNNING_SINCE_SECONDS * 1_000
    const { desired } = group
    const cause = joined(causes.create(since, desired), causes.growth(since, 0, desired))
    for (let count = 0; count < desired; count += 1) {
      const given = spec.givenInstances?.[count]
      const launch = {
        availabilityZone: zoneForLaunch(group),
        ...(given && { instanceId: given.instanceId }),
      }
      this.#context.lifecycle.adopt(group, launch, cause)
    }
    const pool = poolFromSpec(spec)
    if (pool !== undefined) this.#context.warmPools.fill(group, pool)
    this.#context.lifetimes.plan(group)
  }

  /** The tags of a group, for policies that ask for them. A group that does not exist has none. */
  tagsOf(groupName: string): Readonly<Record<string, string>> {
    const tags = this.#groups.get(groupName)?.tags ?? []
    return Object.fromEntries([...tags].map(([key, { value }]) => [key, value]))
  }

  /** The group that an instance is in; undefined: in none. */
  groupNameOf(instanceId: string): string | undefined {
    return [...this.#groups.values()].find(({ members }) => members.has(instanceId))?.spec.name
  }

  /** The groups as Application Recovery Controller may shift them ("Auto Scaling group zonal shift"). */
  get shiftable(): ShiftableResources {
    const groupOf = (arn: string) =>
      [...this.#groups.values()].find((group) => group.arn === arn && group.spec.zonalShift !== undefined)
    return {
      zonesOf: (arn) => groupOf(arn)?.zones,
      shiftAway: (arn, zone) => {
        const group = groupOf(arn)
        if (group !== undefined) this.#shift(group, zone)
      },
    }
  }

  #shift(group: Group, zone: string | undefined): void {
    group.impairedZone = zone
    if (zone !== undefined) return
    const { capacity, rebalancing, health } = this.#context
    health.lookAtAll(group)
    capacity.look(group)
    rebalancing.look(group)
  }

  /** Every hook that holds an instance now. */
  waitingActions(): readonly WaitingAction[] {
    return this.#context.actions.waiting
  }

  /** Every token that was ever given to a lifecycle action, oldest first. */
  get issuedTokens(): readonly string[] {
    return this.#context.actions.issuedTokens
  }

  /** Called with each answer of a custom termination policy, none at all among them. */
  onPolicyAnswer(listener: (answer: PolicyAnswer) => void): void {
    this.#context.victims.onAnswer(listener)
  }

  /** Called when a hook lets go of an instance, with the whole story of that action. */
  onActionEnded(listener: (action: EndedAction) => void): void {
    this.#context.actions.onEnded(listener)
  }

  /** An alarm names a scaling policy among its actions. */
  onAlarm(policyArn: string, notice: AlarmNotice): void {
    this.#context.policies.onAlarm(policyArn, notice)
  }

  get model(): ServiceModel {
    return {
      serviceId: 'Auto Scaling',
      operations: {
        ...describeGroupOperations(this.#context),
        ...changeGroupOperations(this.#context),
        ...processOperations(this.#context),
        ...changeInstanceOperations(this.#context),
        ...activityOperations(this.#context),
        ...hookOperations(this.#context),
        ...lifecycleActionOperations(this.#context),
        ...refreshOperations(this.#context),
        ...warmPoolOperations(this.#context),
        ...policyOperations(this.#context),
        ...tagOperations(this.#context),
      },
    }
  }

  #newGroup(spec: GroupSpec, zones: readonly string[]): Group {
    if (spec.market === 'spot' && spec.warmPool !== undefined)
      throw new Error(`group ${spec.name}: a warm pool has no Spot instances`)
    if (this.#groups.has(spec.name)) throw new Error(`there are two groups named ${spec.name}`)
    const { account, simulation } = this.#context
    const place = `${account.region}:${account.accountId}:autoScalingGroup:${uuid(this.#random)}`
    const arn = `arn:aws:autoscaling:${place}:autoScalingGroupName/${spec.name}`
    const group = new Group({
      spec,
      arn,
      zones,
      createdAt: simulation.now(),
      random: simulation.randomFor(`group ${spec.name}`),
    })
    for (const hook of spec.otherHooks ?? []) group.hooks.set(hook.name, hookFromSpec(hook))
    this.#groups.set(spec.name, group)
    return group
  }
}

/** Builds the parts of the model, each on those before it. */
const buildContext = (
  options: AutoScalingOptions,
  { groups, newId }: { readonly groups: ReadonlyMap<string, Group>; readonly newId: () => string },
): OperationContext => {
  const { simulation } = options
  const assumptions = { ...defaultAssumptions, ...options.assumptions }
  const actions = new LifecycleActions({ simulation, newToken: newId })
  const roster = new Roster()
  const activities = new ActivityLog({ ...options, newId })
  const hooks = new HookWaits({ ...options, assumptions, actions, roster })
  const launches = new Launches({ ...options, activities })
  const ground = { ...options, assumptions, actions, activities, hooks, roster, launches, newId }
  const lifecycle = new Lifecycle(ground)
  const warmPoolLifecycle = new WarmPoolLifecycle({ ...ground, lifecycle })
  const rootVolumes = new RootVolumes({ ...ground, lifecycle })
  const replacements = new Replacements({ simulation, lifecycle, warmPoolLifecycle })
  const askPolicy = options.askPolicy ?? nobodyAnswers(simulation)
  const victims = new VictimChoice({ simulation, assumptions, askPolicy })
  const loops = { ...ground, lifecycle, warmPoolLifecycle, rootVolumes, replacements, victims }
  const capacity = new CapacityLoop(loops)
  const warmPools = new WarmPools(loops)
  const alarms = options.alarms ?? NO_ALARMS
  const context = {
    ...loops,
    groups,
    capacity,
    warmPools,
    alarms,
    policies: new ScalingPolicies({ ...loops, groups, capacity, warmPools, alarms }),
    health: new HealthChecks(loops),
    lifetimes: new InstanceLifetimes(loops),
    refreshes: new InstanceRefreshes(loops),
    rebalancing: new ZoneRebalancing({ ...loops, capacity }),
  }
  new NoticedReplacements(context)
  launches.onRetry((group) => [capacity, warmPools].forEach((loop) => loop.look(group)))
  return context
}

const nobodyAnswers =
  (simulation: Simulation): AskPolicy =>
  (_request, onEnd) =>
    void simulation.after(0, () => onEnd(undefined))

const NO_ALARMS: ScalingAlarms = {
  putAlarm: ({ name }) => {
    throw new Error(`there is no CloudWatch for the alarm ${name}`)
  },
  deleteAlarm: () => undefined,
  alarmsActingOn: () => [],
}

const poolFromSpec = ({ warmPool }: GroupSpec): WarmPool | undefined =>
  warmPool && {
    ...warmPool,
    maxGroupPreparedCapacity: warmPool.maxGroupPreparedCapacity,
    status: 'Active',
  }

const hookFromSpec = (spec: OtherHookSpec): LifecycleHook => ({
  name: spec.name,
  transition: (spec.transition === 'launching' ? launching : terminating).transition,
  heartbeatTimeoutSeconds: spec.heartbeatTimeoutSeconds,
  defaultResult: spec.defaultResult,
  target: undefined,
  metadata: undefined,
})
