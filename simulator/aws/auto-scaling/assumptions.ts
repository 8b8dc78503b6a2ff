import type { Alternatives } from '../alternatives.ts'

/**
 * What AWS's documentation leaves open. Each has the choice that measurements or analogy speak for; a rehearsal can be
 * run the other way to see whether anything depends on it.
 */
export interface AutoScalingAssumptions {
  /** Whether PutLifecycleHook on an existing hook moves the timers of actions that already wait. */
  readonly hookChangeAppliesTo: 'new-actions' | 'waiting-actions'
  /**
   * What a target that rejects the notification means for a hook whose default result is ABANDON. For CONTINUE it was
   * measured that the default result is applied at once.
   */
  readonly rejectedTargetWithAbandon: 'default-result-at-once' | 'waits-for-timeout'
  /** Whether an instance refresh goes on to its next instances while hooks still hold the ones it took out. */
  readonly refreshAwaitsTerminations: 'no' | 'yes'
  /**
   * What a Spot interruption notice means for a group without Capacity Rebalancing. "Instance maintenance policies" lists
   * it as a replacement at once; "Capacity Rebalancing in Auto Scaling to replace at-risk Spot Instances" says that such
   * a group replaces the instance only when its health check has failed.
   */
  readonly spotNoticeWithoutRebalancing: 'replaces-at-once' | 'waits-for-health-check'
  /**
   * When an instance with a scheduled event is replaced. "About the health checks for your Auto Scaling group" calls it
   * unhealthy from the announcement on, and says that it does not shut down before the event's start.
   */
  readonly scheduledEventReplacement: 'when-it-starts' | 'when-announced'
  /**
   * What becomes of an instance whose root volume is to be replaced when a termination hook is abandoned. A failed
   * replacement is documented to end in termination; whether ABANDON makes it fail is not.
   */
  readonly abandonedRootVolumeReplacement: 'goes-on' | 'turns-into-termination'
  /**
   * Below which share of its target a metric lets target tracking scale in. AWS says only that it is more conservative
   * than scale-out; the alarms that it makes show nine tenths for most metrics, and lower ones for some.
   */
  readonly scaleInThresholdShare: number
  /**
   * Whether target tracking scales in on a value that is older than its own last scale-in. The alarm goes on for a minute
   * after the instances left, and the same value against fewer instances would take more than are free.
   */
  readonly scaleInOnOldValues: 'never' | 'always'
  /** The "short time" after which a custom termination policy that named no instance is asked again. */
  readonly customPolicyRetrySeconds: number
  /**
   * Whether a custom termination policy may name instances that it was not offered. "Create a custom termination policy
   * with Lambda" says that a different set overrides the input; that it has to be of the group stands to reason.
   */
  readonly customPolicyMayName: 'any-instance-of-the-group' | 'offered-instances'
}

export const defaultAssumptions: AutoScalingAssumptions = {
  hookChangeAppliesTo: 'new-actions',
  rejectedTargetWithAbandon: 'default-result-at-once',
  refreshAwaitsTerminations: 'no',
  spotNoticeWithoutRebalancing: 'replaces-at-once',
  scheduledEventReplacement: 'when-it-starts',
  abandonedRootVolumeReplacement: 'goes-on',
  customPolicyRetrySeconds: 30,
  customPolicyMayName: 'any-instance-of-the-group',
  scaleInThresholdShare: 0.9,
  scaleInOnOldValues: 'never',
}

export const autoScalingAlternatives: Alternatives<AutoScalingAssumptions> = {
  hookChangeAppliesTo: ['waiting-actions'],
  rejectedTargetWithAbandon: ['waits-for-timeout'],
  refreshAwaitsTerminations: ['yes'],
  spotNoticeWithoutRebalancing: ['waits-for-health-check'],
  scheduledEventReplacement: ['when-announced'],
  abandonedRootVolumeReplacement: ['turns-into-termination'],
  customPolicyRetrySeconds: [5, 120],
  customPolicyMayName: ['offered-instances'],
  scaleInThresholdShare: [0.75],
  scaleInOnOldValues: ['always'],
}
