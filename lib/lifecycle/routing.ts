import type { IgnoredReason, LifecycleActionSignal, Signal } from '../signals/signal.ts'
import type { Look, Notice } from './look.ts'

/** Where a signal leads. */
export type Route =
  | { readonly to: 'instances'; readonly looks: readonly Look[] }
  /** ECS names its own thing; which machine that is must be read first. */
  | { readonly to: 'container-instance'; readonly arn: string; readonly stoppedTask?: string }
  | { readonly to: 'nothing'; readonly reason: NothingReason }
  | { readonly to: 'dead-letters'; readonly reason: string }

/** Why a signal asks for nothing: the values of the dimension Reason of SignalsIgnored. */
export type NothingReason =
  | IgnoredReason
  | 'test-notification'
  | 'other-cluster'
  | 'other-group'
  | 'other-hook'
  | 'names-no-instance'
  | 'not-draining'
  | 'tasks-left'

interface Scope {
  readonly cluster: string
  readonly groups: readonly string[]
  readonly hookName: string
  /** Absent: the stack has no launch hook. */
  readonly launchHookName?: string
}

/** What to look at because of a signal. Signals of other people's clusters, groups and hooks lead nowhere. */
export const routeSignal = (signal: Signal, scope: Scope): Route => {
  switch (signal.kind) {
    case 'lifecycle-action':
      return routeLifecycleAction(signal, scope)
    case 'task-state-change':
    case 'container-instance-state-change':
      return signal.clusterName === scope.cluster
        ? { to: 'container-instance', arn: signal.containerInstanceArn, ...stoppedTaskOf(signal) }
        : nothing('other-cluster')
    case 'spot-interruption':
      return noticed([signal.instanceId], { kind: 'spot', at: signal.occurredAt })
    case 'capacity-reservation-interruption':
      return noticed(signal.instanceIds, { kind: 'capacity', at: signal.occurredAt, ...startOf(signal) })
    case 'rebalance-recommendation':
      return noticed([signal.instanceId], { kind: 'rebalance', at: signal.occurredAt })
    case 'scheduled-change':
      return noticed(signal.instanceIds, { kind: 'health', at: signal.occurredAt, ...startOf(signal) })
    case 'instance-state-change':
      return toInstance({ instanceId: signal.instanceId, hop: 0 })
    case 'look-again':
      return isOurs(signal, scope)
        ? toInstance({
            instanceId: signal.instanceId,
            hop: signal.hop,
            ...(signal.notice && { notice: signal.notice }),
          })
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
  const { instanceId, occurredAt, lifecycleHookName } = signal
  const hookName = signal.transition === 'launching' ? scope.launchHookName : scope.hookName
  if (lifecycleHookName !== hookName) return nothing('other-hook')
  return signal.transition === 'launching'
    ? toInstance({ instanceId, hop: 0 })
    : toInstance({ instanceId, announcedAt: occurredAt, hop: 0 })
}

/**
 * EC2 and Health name instances and no group, so whose they are is read first. A warning that names none, which comes ahead
 * of a Capacity Block's end, leads nowhere: EC2 warns again of each instance in it.
 */
const noticed = (instanceIds: readonly string[], notice: Notice): Route =>
  instanceIds.length === 0
    ? nothing('names-no-instance')
    : { to: 'instances', looks: instanceIds.map((instanceId) => ({ instanceId, notice, hop: 0 })) }

const stoppedTaskOf = (signal: Signal) =>
  signal.kind === 'task-state-change' && signal.lastStatus === 'STOPPED'
    ? { stoppedTask: signal.taskArn }
    : {}

const startOf = ({ startsAt }: { readonly startsAt?: number }) => (startsAt === undefined ? {} : { startsAt })

const toInstance = (look: Look): Route => ({ to: 'instances', looks: [look] })

const isOurs = (
  { autoScalingGroupName }: { readonly autoScalingGroupName: string },
  { groups }: Scope,
): boolean => groups.includes(autoScalingGroupName)

const nothing = (reason: NothingReason): Route => ({ to: 'nothing', reason })
