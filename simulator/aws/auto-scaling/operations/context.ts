import type { Simulation } from '../../../engine/simulation.ts'
import type { AutoScalingAssumptions } from '../assumptions.ts'
import type { CapacityLoop } from '../capacity-loop.ts'
import type { Group } from '../group.ts'
import type { HealthChecks } from '../health-checks.ts'
import type { InstanceLifetimes } from '../instance-lifetimes.ts'
import type { InstanceRefreshes } from '../instance-refreshes.ts'
import type { LifecycleActions } from '../lifecycle-actions.ts'
import type { Notify } from '../hook-waits.ts'
import type { Lifecycle } from '../lifecycle.ts'
import type { ScalingAlarms, ScalingPolicies } from '../scaling-policies.ts'
import { required, validationError } from '../validation.ts'
import type { VictimChoice } from '../victim-choice.ts'
import type { WarmPools } from '../warm-pools.ts'
import type { ZoneRebalancing } from '../zone-rebalancing.ts'

/** The parts of the model that operations read and move. */
export interface OperationContext {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly assumptions: AutoScalingAssumptions
  readonly groups: ReadonlyMap<string, Group>
  readonly lifecycle: Lifecycle
  readonly actions: LifecycleActions
  readonly capacity: CapacityLoop
  readonly warmPools: WarmPools
  readonly policies: ScalingPolicies
  readonly alarms: ScalingAlarms
  readonly victims: VictimChoice
  readonly health: HealthChecks
  readonly lifetimes: InstanceLifetimes
  readonly refreshes: InstanceRefreshes
  readonly rebalancing: ZoneRebalancing
  readonly notify: Notify
  readonly newId: () => string
}

/** @throws {ServiceError} `ValidationError` whose message begins with `AutoScalingGroup name not found`. */
export const requireGroup = (context: OperationContext, name: string | undefined): Group => {
  const group = context.groups.get(required('AutoScalingGroupName', name))
  if (group === undefined)
    throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`)
  return group
}
