import type { Simulation } from '../../engine/simulation.ts'
import type { PublishEvent } from '../event.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import type { Group } from './group.ts'
import type { LifecycleActions, OpenAction, WaitEnd } from './lifecycle-actions.ts'
import type { HookTarget } from './lifecycle-hook.ts'
import type { LifecycleState } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import { lifecycleActionBody, lifecycleActionEvent, lifecycleActionSubject } from './notification.ts'
import type { Roster } from './roster.ts'

/** Gives a message to a hook's own target; says whether the target took it. Only a topic has use for the subject. */
export type Notify = (
  message: HookTarget & { readonly body: string; readonly subject: string },
) => 'accepted' | 'rejected'

interface HookWaitsOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly publish: PublishEvent
  readonly notify: Notify
  readonly actions: LifecycleActions
  readonly assumptions: AutoScalingAssumptions
  readonly roster: Roster
}

/** Lets the hooks of its journey hold an instance, and tells their targets. */
export class HookWaits {
  readonly #options: HookWaitsOptions

  constructor(options: HookWaitsOptions) {
    this.#options = options
  }

  /**
   * Calls `goOn` when no hook holds the instance any more: at once when there are none, and never for an instance that
   * the group's lifecycle policy retains.
   */
  hold(group: Group, member: Member, goOn: (end: WaitEnd | undefined) => void): void {
    const { journey } = member
    const hooks = group.hooksOf(journey.transition)
    if (hooks.length === 0) return goOn(undefined)
    member.moveTo(journey.waits)
    member.activity.moveTo(journey.waitingStatus)
    const onAllEnded = (end: WaitEnd) => {
      if (end.result === 'CONTINUE' || journey.whenAbandoned === 'goes-on') member.moveTo(journey.proceeds)
      const retained = end.result === 'ABANDON' ? retainedState(group, member) : undefined
      if (retained === undefined) goOn(end)
      else this.#retain(group, member, { end, retained })
    }
    const actions = this.#options.actions.begin({ group, member, journey, hooks, onAllEnded })
    for (const action of actions) this.#tell(action)
  }

  /** The termination is over without an end ("Manage retained instances"): only a person's call goes on from here. */
  #retain(
    group: Group,
    member: Member,
    { end, retained }: { readonly end: WaitEnd; readonly retained: LifecycleState },
  ): void {
    const { simulation, roster } = this.#options
    member.moveTo(retained)
    member.activity.cancel(simulation.now(), abandonedMessage(end))
    roster.changed(group, member)
  }

  /** EventBridge hears of the action whatever becomes of the hook's own target. */
  #tell(action: OpenAction): void {
    const { publish, notify, account } = this.#options
    publish(lifecycleActionEvent(action))
    const { target } = action.hook
    if (target === undefined) return
    const request = { accountId: account.accountId, requestId: action.wait.member.activity.start.id }
    const body = lifecycleActionBody(action, request)
    const answer = notify({ ...target, body, subject: lifecycleActionSubject(action) })
    if (answer === 'rejected') this.#onRejected(action)
  }

  /** A target that cannot be reached does not leave the hook waiting: its default result comes at once. */
  #onRejected(action: OpenAction): void {
    const { defaultResult } = action.hook
    const { simulation, actions, assumptions } = this.#options
    if (defaultResult === 'ABANDON' && assumptions.rejectedTargetWithAbandon === 'waits-for-timeout') return
    simulation.after(0, () => actions.end(action, defaultResult, 'target-rejected'))
  }
}

const retainedState = (group: Group, { journey }: Member): LifecycleState | undefined =>
  group.terminateHookAbandon === 'retain' ? journey.retained : undefined

/** As shown in "Troubleshoot Amazon EC2 Auto Scaling: EC2 instance launch failures". */
export const abandonedMessage = ({ by, token }: WaitEnd): string => {
  const isTimeout = by === 'heartbeat-timeout' || by === 'global-timeout'
  const reason = isTimeout ? 'Heartbeat Timeout' : 'Lifecycle Action Completed with ABANDON Result'
  return `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${token} was abandoned: ${reason}`
}
