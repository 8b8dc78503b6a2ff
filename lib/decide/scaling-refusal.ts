/** What bears on whether this stack may set a group's desired capacity. */
export interface ScalingFacts {
  readonly isWeighted: boolean
  /** Scaling policies of others. */
  readonly policies: readonly string[]
  /** The stack in the group's mark. Absent: it carries none. */
  readonly mark?: string
  readonly hasHook: boolean
}

/** Why a group is not scaled; a dimension of ScalingRefused. */
export type RefusalReason = 'weighted-capacity' | 'other-policies' | 'other-stack' | 'hook-missing'

/** Undefined: nothing speaks against it. */
export const refusalToScale = (
  { isWeighted, policies, mark, hasHook }: ScalingFacts,
  stackName: string,
): RefusalReason | undefined => {
  // The desired capacity then counts units, and nobody knows how many an instance would bring.
  if (isWeighted) return 'weighted-capacity'
  // Two who set one number undo each other's work, again and again.
  if (policies.length > 0) return 'other-policies'
  if (mark !== undefined && mark !== stackName) return 'other-stack'
  // What is taken away would end under its tasks.
  return hasHook ? undefined : 'hook-missing'
}
