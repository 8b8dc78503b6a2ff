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
}

export const defaultAssumptions: AutoScalingAssumptions = {
  hookChangeAppliesTo: 'new-actions',
  rejectedTargetWithAbandon: 'default-result-at-once',
  refreshAwaitsTerminations: 'no',
}
