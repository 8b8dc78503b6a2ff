import type { Simulation } from '../../engine/simulation.ts'
import type { AlarmNotice } from '../cloudwatch/alarm.ts'
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import { PolicyExecution } from './policy-execution.ts'
import type { CapacityLoop } from './capacity-loop.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import { scalingPolicyArn, type ScalingPolicy } from './scaling-policy.ts'
import { trackingAlarms, type TrackingAlarms } from './tracking-alarms.ts'
import type { WarmPools } from './warm-pools.ts'

/** What Auto Scaling asks of CloudWatch for its policies. */
export type ScalingAlarms = Pick<CloudWatch, 'putAlarm' | 'deleteAlarm' | 'alarmsActingOn'>

interface ScalingPoliciesOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly assumptions: AutoScalingAssumptions
  readonly alarms: ScalingAlarms
  readonly groups: ReadonlyMap<string, Group>
  readonly lifecycle: Lifecycle
  readonly capacity: CapacityLoop
  readonly warmPools: WarmPools
  readonly newId: () => string
}

/** The groups' scaling policies: what they are, and that alarms set them off. */
export class ScalingPolicies {
  readonly #options: ScalingPoliciesOptions
  readonly #policies = new Map<Group, Map<string, ScalingPolicy>>()
  readonly #alarms = new Map<string, TrackingAlarms>()
  readonly #execution: PolicyExecution

  constructor(options: ScalingPoliciesOptions) {
    this.#options = options
    this.#execution = new PolicyExecution({
      ...options,
      othersReady: (group, arn) => this.#areOthersReady(group, arn),
    })
  }

  /** Oldest first, those that the world's description names before others. */
  of(group: Group): readonly ScalingPolicy[] {
    const described = (group.spec.scalingPolicies ?? []).map(({ name, policyType }): ScalingPolicy => ({
      name,
      arn: scalingPolicyArn(this.#options.account, group.name, name),
      isEnabled: true,
      plan: { kind: 'unknown', policyType },
    }))
    const all = new Map(described.map((policy) => [policy.name, policy]))
    for (const policy of this.#of(group).values()) all.set(policy.name, policy)
    return [...all.values()]
  }

  /** Makes the policy, or replaces one of its name. A target tracking policy brings its alarms. */
  put(group: Group, policy: Omit<ScalingPolicy, 'arn'>): ScalingPolicy {
    const { account, alarms, assumptions, newId } = this.#options
    const arn = scalingPolicyArn(account, group.name, policy.name)
    const full = { ...policy, arn }
    this.#dropAlarms(arn)
    this.#of(group).set(policy.name, full)
    if (policy.plan.kind !== 'TargetTrackingScaling') return full
    const made = trackingAlarms({
      groupName: group.name,
      policyArn: arn,
      plan: policy.plan,
      assumptions,
      newId,
    })
    this.#alarms.set(arn, made)
    alarms.putAlarm(made.high)
    if (made.low !== undefined) alarms.putAlarm(made.low)
    return full
  }

  /** The alarms of a target tracking policy go with it; those of others stay, and set nothing off. */
  delete(group: Group, policy: ScalingPolicy): void {
    this.#dropAlarms(policy.arn)
    this.#of(group).delete(policy.name)
  }

  /** An alarm names the policy among its actions. One of a policy that is gone changes nothing. */
  onAlarm(policyArn: string, notice: AlarmNotice): void {
    for (const [group, policies] of this.#policies) {
      const policy = [...policies.values()].find(({ arn }) => arn === policyArn)
      if (policy === undefined || !policy.isEnabled || group.isSuspended('AlarmNotification')) continue
      this.#execution.onAlarm(group, policy, {
        ...notice,
        side: notice.alarm.name === this.#alarms.get(policyArn)?.low?.name ? 'low' : 'high',
      })
    }
  }

  /** ExecutePolicy: what an alarm with this value and threshold would set off. */
  get execution(): PolicyExecution {
    return this.#execution
  }

  /** Several target tracking policies scale in only together ("Multiple target tracking scaling policies"). */
  #areOthersReady(group: Group, policyArn: string): boolean {
    const others = [...this.#of(group).values()].flatMap(({ arn }) => {
      const low = this.#alarms.get(arn)?.low
      return arn === policyArn || low === undefined ? [] : [{ arn, name: low.name }]
    })
    return others.every(({ arn, name }) =>
      this.#options.alarms
        .alarmsActingOn(arn)
        .some(({ spec, state }) => spec.name === name && state === 'ALARM'),
    )
  }

  #dropAlarms(policyArn: string): void {
    const { high, low } = this.#alarms.get(policyArn) ?? {}
    for (const alarm of [high, low]) if (alarm !== undefined) this.#options.alarms.deleteAlarm(alarm.name)
    this.#alarms.delete(policyArn)
  }

  #of(group: Group): Map<string, ScalingPolicy> {
    const known = this.#policies.get(group) ?? new Map<string, ScalingPolicy>()
    this.#policies.set(group, known)
    return known
  }
}
