import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { uuid } from '../../engine/uuid.ts'
import type { GroupSpec, OtherHookSpec } from '../../world/world-spec.ts'
import type { Machines } from '../ec2/machine.ts'
import type { PublishEvent } from '../event.ts'
import type { ServiceModel } from '../operation.ts'
import { defaultAssumptions, type AutoScalingAssumptions } from './assumptions.ts'
import { CapacityLoop } from './capacity-loop.ts'
import { causes, joined } from './cause.ts'
import { Group } from './group.ts'
import { HealthChecks } from './health-checks.ts'
import { InstanceLifetimes } from './instance-lifetimes.ts'
import { InstanceRefreshes } from './instance-refreshes.ts'
import { LifecycleActions, type EndedAction, type WaitingAction } from './lifecycle-actions.ts'
import type { LifecycleHook } from './lifecycle-hook.ts'
import { launching, terminating } from './lifecycle-state.ts'
import { Lifecycle, RUNNING_SINCE_SECONDS, type Notify } from './lifecycle.ts'
import { activityOperations } from './operations/activities.ts'
import { changeGroupOperations } from './operations/change-group.ts'
import { changeInstanceOperations } from './operations/change-instances.ts'
import type { OperationContext } from './operations/context.ts'
import { describeGroupOperations } from './operations/describe-groups.ts'
import { hookOperations } from './operations/hooks.ts'
import { lifecycleActionOperations } from './operations/lifecycle-actions.ts'
import { refreshOperations } from './operations/refreshes.ts'
import { Replacements } from './replacements.ts'
import { ZoneRebalancing } from './zone-rebalancing.ts'
import { zoneForLaunch } from './zone-choice.ts'

export interface AutoScalingOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly machines: Machines
  readonly publish: PublishEvent
  /** Delivers to a hook's own target; EventBridge gets its event by `publish` in any case. */
  readonly notify: Notify
  /** Where AWS's documentation is silent; see there for the defaults. */
  readonly assumptions?: Partial<AutoScalingAssumptions>
}

/** Simulated EC2 Auto Scaling: groups, their hooks and activities, and the calls of an SDK client. */
export class AutoScaling {
  readonly #groups = new Map<string, Group>()
  readonly #random: Random
  readonly #context: OperationContext

  constructor(options: AutoScalingOptions) {
    const { simulation } = options
    this.#random = simulation.randomFor('auto-scaling')
    const newId = () => uuid(this.#random)
    const assumptions = { ...defaultAssumptions, ...options.assumptions }
    const actions = new LifecycleActions({ simulation, newToken: newId })
    const lifecycle = new Lifecycle({ ...options, assumptions, actions, newId })
    const replacements = new Replacements({ simulation, lifecycle })
    const loops = { ...options, lifecycle, replacements, assumptions, newId }
    this.#context = {
      ...loops,
      groups: this.#groups,
      actions,
      capacity: new CapacityLoop(loops),
      health: new HealthChecks(loops),
      lifetimes: new InstanceLifetimes(loops),
      refreshes: new InstanceRefreshes(loops),
      rebalancing: new ZoneRebalancing(loops),
    }
  }

  /** A group that AWS has just created: its desired instances are launched soon, and boot. */
  createGroup(spec: GroupSpec, zones: readonly string[]): void {
    const group = this.#newGroup(spec, zones)
    group.desiredBecause = causes.create(this.#context.simulation.now(), group.desired)
    this.#context.capacity.look(group)
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
  }

  /** Every hook that holds an instance now. */
  waitingActions(): readonly WaitingAction[] {
    return this.#context.actions.waiting
  }

  /** Every token that was ever given to a lifecycle action, oldest first. */
  get issuedTokens(): readonly string[] {
    return this.#context.actions.issuedTokens
  }

  /** Called when a hook lets go of an instance, with the whole story of that action. */
  onActionEnded(listener: (action: EndedAction) => void): void {
    this.#context.actions.onEnded(listener)
  }

  get model(): ServiceModel {
    return {
      serviceId: 'Auto Scaling',
      operations: {
        ...describeGroupOperations(this.#context),
        ...changeGroupOperations(this.#context),
        ...changeInstanceOperations(this.#context),
        ...activityOperations(this.#context),
        ...hookOperations(this.#context),
        ...lifecycleActionOperations(this.#context),
        ...refreshOperations(this.#context),
      },
    }
  }

  #newGroup(spec: GroupSpec, zones: readonly string[]): Group {
    if (this.#groups.has(spec.name)) throw new Error(`there are two groups named ${spec.name}`)
    const { account, simulation } = this.#context
    const place = `${account.region}:${account.accountId}:autoScalingGroup:${uuid(this.#random)}`
    const arn = `arn:aws:autoscaling:${place}:autoScalingGroupName/${spec.name}`
    const group = new Group({ spec, arn, zones, createdAt: simulation.now() })
    for (const hook of spec.otherHooks ?? []) group.hooks.set(hook.name, hookFromSpec(hook))
    this.#groups.set(spec.name, group)
    return group
  }
}

const hookFromSpec = (spec: OtherHookSpec): LifecycleHook => ({
  name: spec.name,
  transition: (spec.transition === 'launching' ? launching : terminating).transition,
  heartbeatTimeoutSeconds: spec.heartbeatTimeoutSeconds,
  defaultResult: spec.defaultResult,
  target: undefined,
  metadata: undefined,
})
