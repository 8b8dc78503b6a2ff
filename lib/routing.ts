import type { Look } from './look.ts'
import type { IgnoredReason, LifecycleActionSignal, Signal } from './signals/signal.ts'

/** Where a signal leads. */
export type Route =
  | { readonly to: 'instance'; readonly look: Look }
  /** ECS names its own thing; which machine that is must be read first. */
  | { readonly to: 'container-instance'; readonly arn: string }
  | { readonly to: 'nothing'; readonly reason: NothingReason }
  | { readonly to: 'dead-letters'; readonly reason: string }

/** Why a signal asks for nothing: the values of the dimension Reason of SignalsIgnored. */
export type NothingReason =
  | IgnoredReason
  | 'test-notification'
  | 'launching'
  | 'other-cluster'
  | 'other-group'
  | 'other-hook'
  | 'not-draining'
  | 'tasks-left'

interface Scope {
  readonly cluster: string
  readonly groups: readonly string[]
  readonly hookName: string
}

/** What to look at because of a signal. Signals of other people's clusters, groups and hooks lead nowhere. */
export const routeSignal = (signal: Signal, scope: Scope): Route => {
  switch (signal.kind) {
    case 'lifecycle-action':
      return routeLifecycleAction(signal, scope)
    case 'task-state-change':
    case 'container-instance-state-change':
      return signal.clusterName === scope.cluster
        ? { to: 'container-instance', arn: signal.containerInstanceArn }
        : nothing('other-cluster')
    case 'look-again':
      return isOurs(signal, scope)
        ? { to: 'instance', look: { instanceId: signal.instanceId, hop: signal.hop } }
        : nothing('other-group')
    case 'test-notification':
      return nothing('test-notification')
    case 'ignored':
      return nothing(signal.reason)
    case 'unreadable':
      return { to: 'dead-letters', reason: signal.reason }
  }
}

const routeLifecycleAction = (signal: LifecycleActionSignal, scope: Scope): Route => {
  if (!isOurs(signal, scope)) return nothing('other-group')
  if (signal.lifecycleHookName !== scope.hookName) return nothing('other-hook')
  if (signal.transition === 'launching') return nothing('launching')
  return { to: 'instance', look: { instanceId: signal.instanceId, announcedAt: signal.occurredAt, hop: 0 } }
}

const isOurs = (
  { autoScalingGroupName }: { readonly autoScalingGroupName: string },
  { groups }: Scope,
): boolean => groups.includes(autoScalingGroupName)

const nothing = (reason: NothingReason): Route => ({ to: 'nothing', reason })
