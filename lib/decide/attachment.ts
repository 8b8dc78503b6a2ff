/** Whose group it is to scale. */
export const MARK_TAG = 'ebbtide:scaler'

/** Remembers the termination policies that a group had, separated by spaces, which no policy's name and no ARN holds. */
export const FORMER_POLICIES_TAG = 'ebbtide:former-termination-policies'

/** What a group carries that concerns this stack. */
export interface AttachedGroup {
  /** In the order in which Auto Scaling applies them; a Lambda function is named by its ARN. */
  readonly terminationPolicies: readonly string[]
  /** The policies before ours was put in front, as they were remembered. Absent: nothing is remembered. */
  readonly formerPolicies?: readonly string[]
  /** The stack that scales the group. Absent: none says so. */
  readonly mark?: string
}

/** What a stack leaves on a group. */
export interface Attachment {
  /** ARN of the function that chooses victims. Absent: Auto Scaling chooses by itself. */
  readonly terminationPolicy?: string
  /** Name of the stack that sets the desired capacity. Absent: it does not. */
  readonly scaler?: string
}

/** One change of a group. The order is the order in which they are done, so that a crash in between loses nothing. */
export type AttachmentAction =
  | { readonly do: 'remember-policies'; readonly policies: readonly string[] }
  | { readonly do: 'set-policies'; readonly policies: readonly string[] }
  | { readonly do: 'forget-policies' }
  | { readonly do: 'mark'; readonly scaler: string }
  | { readonly do: 'unmark' }

/**
 * What to change so that the group carries what is wanted and nothing of what was. Deciding twice, or after half of it was
 * done, comes to the same.
 */
export const decideAttachment = (
  group: AttachedGroup,
  wanted: Attachment,
  before: Attachment,
): readonly AttachmentAction[] => [
  ...policyActions(group, wanted.terminationPolicy, before.terminationPolicy),
  ...markActions(group, wanted.scaler, before.scaler),
]

const policyActions = (
  group: AttachedGroup,
  wanted: string | undefined,
  before: string | undefined,
): readonly AttachmentAction[] => {
  if (wanted !== undefined) return attach(group, wanted)
  return before === undefined ? [] : detach(group, before)
}

const LAMBDA = /^arn:[^:]+:lambda:/

/**
 * A group has one function among its policies, in the first place ("Create a custom termination policy with Lambda"). What it
 * had is remembered before anything else: the role may change policies only where it is.
 */
const attach = (group: AttachedGroup, chooser: string): readonly AttachmentAction[] => {
  const { terminationPolicies, formerPolicies } = group
  if (terminationPolicies[0] === chooser && formerPolicies !== undefined) return []
  const others = terminationPolicies.filter((policy) => !LAMBDA.test(policy))
  const kept = others.length > 0 ? others : ['Default']
  const isOurs = terminationPolicies.includes(chooser)
  const remembered = isOurs ? formerPolicies : undefined
  return [
    ...(remembered === undefined
      ? [{ do: 'remember-policies', policies: isOurs ? kept : terminationPolicies } as const]
      : []),
    ...(terminationPolicies[0] === chooser
      ? []
      : [{ do: 'set-policies', policies: [chooser, ...kept] } as const]),
  ]
}

/**
 * Policies that somebody else has set meanwhile stay as they are. Where the memory was lost it is written again first: without
 * it the role may not take away the function, which would block the group's scale-in for ever.
 */
const detach = (group: AttachedGroup, chooser: string): readonly AttachmentAction[] => {
  const { terminationPolicies, formerPolicies } = group
  const isOurs = terminationPolicies.includes(chooser)
  if (!isOurs) return formerPolicies === undefined ? [] : [{ do: 'forget-policies' }]
  const others = terminationPolicies.filter((policy) => policy !== chooser)
  const policies = formerPolicies ?? (others.length > 0 ? others : ['Default'])
  return [
    ...(formerPolicies === undefined ? [{ do: 'remember-policies', policies } as const] : []),
    { do: 'set-policies', policies },
    { do: 'forget-policies' },
  ]
}

/** Another stack's mark stands: this one then refuses to scale the group. */
const markActions = (
  { mark }: AttachedGroup,
  wanted: string | undefined,
  before: string | undefined,
): readonly AttachmentAction[] => {
  if (wanted !== undefined) return mark === undefined ? [{ do: 'mark', scaler: wanted }] : []
  return before !== undefined && mark === before ? [{ do: 'unmark' }] : []
}
