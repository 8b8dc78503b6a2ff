import type { Simulation } from '../../engine/simulation.ts'
import type { Timer } from '../../engine/timer-queue.ts'
import type { Group } from './group.ts'
import { globalTimeoutSeconds, type ActionResult, type LifecycleHook } from './lifecycle-hook.ts'
import type { Journey } from './journey.ts'
import type { LifecycleState } from './lifecycle-state.ts'
import type { Member } from './member.ts'

/** What ended a lifecycle action. */
export type EndedBy =
  | 'completed'
  | 'heartbeat-timeout'
  | 'global-timeout'
  | 'hook-deleted'
  | 'target-rejected'
  | 'other-hook-abandoned'
  | 'instance-terminated'

/** A hook and the instance that it holds, or held. Times are milliseconds since 1970. */
interface HookAction {
  readonly instanceId: string
  readonly autoScalingGroupName: string
  readonly hookName: string
  readonly transition: Journey['name']
  /** The state of the instance meanwhile, such as `Terminating:Wait`. */
  readonly waitsIn: LifecycleState
  readonly startedAt: number
  /** When its default result comes whatever anybody does. */
  readonly globalTimeoutAt: number
  readonly heartbeatTimeoutSeconds: number
  readonly heartbeats: readonly number[]
}

/** A hook that holds an instance now. */
export interface WaitingAction extends HookAction {
  /** When its default result comes unless somebody beats or completes it. */
  readonly expiresAt: number
}

/** A hook that held an instance, and how that ended. */
export interface EndedAction extends HookAction {
  readonly endedAt: number
  readonly result: ActionResult
  readonly by: EndedBy
}

/** How callers name an action: always hook and group, and then its token or its instance; a token says it all. */
interface ActionAddress {
  readonly autoScalingGroupName: string
  readonly hookName: string
  readonly token: string | undefined
  readonly instanceId: string | undefined
}

/** How a wait ended: the result, and which action decided it. */
export interface WaitEnd {
  readonly result: ActionResult
  readonly by: EndedBy
  readonly token: string
}

/** All hooks of one transition of one instance: they wait side by side, and the instance waits for all of them. */
interface Wait {
  readonly group: Group
  readonly member: Member
  readonly journey: Journey
  readonly open: Set<OpenAction>
  readonly onAllEnded: (end: WaitEnd) => void
}

export interface OpenAction {
  readonly token: string
  readonly wait: Wait
  readonly startedAt: number
  readonly heartbeats: number[]
  hook: LifecycleHook
  expiresAt: number
  timer: Timer | undefined
}

/** The lifecycle actions that wait, their timers, and the record of those that ended. */
export class LifecycleActions {
  readonly #simulation: Simulation
  readonly #newToken: () => string
  readonly #open = new Map<string, OpenAction>()
  readonly #issuedTokens: string[] = []
  readonly #listeners: ((action: EndedAction) => void)[] = []

  constructor(options: { readonly simulation: Simulation; readonly newToken: () => string }) {
    this.#simulation = options.simulation
    this.#newToken = options.newToken
  }

  onEnded(listener: (action: EndedAction) => void): void {
    this.#listeners.push(listener)
  }

  get issuedTokens(): readonly string[] {
    return this.#issuedTokens
  }

  get waiting(): readonly WaitingAction[] {
    return [...this.#open.values()].map(describeWaiting)
  }

  /** Lets every hook given begin to wait for the member. `onAllEnded` is called once, unless the wait is dropped. */
  begin(wait: Omit<Wait, 'open'> & { readonly hooks: readonly LifecycleHook[] }): readonly OpenAction[] {
    const { hooks, ...rest } = wait
    const shared: Wait = { ...rest, open: new Set() }
    const actions = hooks.map((hook) => this.#newAction(shared, hook))
    for (const action of actions) {
      shared.open.add(action)
      this.#open.set(action.token, action)
      this.#arm(action)
    }
    return actions
  }

  find(address: ActionAddress): OpenAction | undefined {
    if (address.token !== undefined) {
      const action = this.#open.get(address.token)
      return action !== undefined && isAt(action, address) ? action : undefined
    }
    return [...this.#open.values()].find(
      (action) => action.wait.member.instanceId === address.instanceId && isAt(action, address),
    )
  }

  /** Restarts the full heartbeat timeout from now; the global timeout stays where it is. */
  beat(action: OpenAction): void {
    action.heartbeats.push(this.#simulation.now())
    this.#arm(action)
  }

  /** Ends the action. An ABANDON ends the instance's other hooks of this transition with it. */
  end(action: OpenAction, result: ActionResult, by: EndedBy): void {
    if (!this.#open.has(action.token)) return
    this.#close(action, result, by)
    const { open, onAllEnded } = action.wait
    if (result === 'ABANDON')
      for (const other of [...open]) this.#close(other, 'ABANDON', 'other-hook-abandoned')
    if (open.size === 0) onAllEnded({ result, by, token: action.token })
  }

  /** Every action of a hook that goes: waiting launches are abandoned, terminations continue (DeleteLifecycleHook). */
  endAllOf(group: Group, hookName: string): void {
    for (const action of this.#ofHook(group, hookName))
      this.end(action, action.wait.journey.name === 'launching' ? 'ABANDON' : 'CONTINUE', 'hook-deleted')
  }

  /** The instance leaves by another way: its actions are over, and nobody is told that the wait has ended. */
  drop(member: Member): void {
    for (const action of [...this.#open.values()])
      if (action.wait.member === member) this.#close(action, 'ABANDON', 'instance-terminated')
  }

  /** Lets actions that already wait follow a changed hook, as if it had been so from their last sign of life. */
  adopt(group: Group, hook: LifecycleHook): void {
    for (const action of this.#ofHook(group, hook.name)) {
      action.hook = hook
      this.#arm(action)
    }
  }

  #ofHook(group: Group, hookName: string): readonly OpenAction[] {
    return [...this.#open.values()].filter(({ wait, hook }) => wait.group === group && hook.name === hookName)
  }

  #newAction(wait: Wait, hook: LifecycleHook): OpenAction {
    const startedAt = this.#simulation.now()
    const token = this.#newToken()
    this.#issuedTokens.push(token)
    return { token, wait, hook, startedAt, heartbeats: [], expiresAt: 0, timer: undefined }
  }

  #arm(action: OpenAction): void {
    const { hook, startedAt, heartbeats } = action
    const heartbeatDue = (heartbeats.at(-1) ?? startedAt) + hook.heartbeatTimeoutSeconds * 1_000
    const globalDue = globalTimeoutAt(action)
    action.expiresAt = Math.max(this.#simulation.now(), Math.min(heartbeatDue, globalDue))
    action.timer?.cancel()
    action.timer = this.#simulation.after(action.expiresAt - this.#simulation.now(), () =>
      this.end(
        action,
        action.hook.defaultResult,
        heartbeatDue < globalDue ? 'heartbeat-timeout' : 'global-timeout',
      ),
    )
  }

  #close(action: OpenAction, result: ActionResult, by: EndedBy): void {
    action.timer?.cancel()
    action.wait.open.delete(action)
    this.#open.delete(action.token)
    const ended = describeEnded(action, { result, by, endedAt: this.#simulation.now() })
    for (const listener of this.#listeners) listener(ended)
  }
}

const isAt = ({ wait, hook }: OpenAction, { autoScalingGroupName, hookName }: ActionAddress): boolean =>
  wait.group.name === autoScalingGroupName && hook.name === hookName

const globalTimeoutAt = ({ startedAt, hook }: OpenAction): number =>
  startedAt + globalTimeoutSeconds(hook.heartbeatTimeoutSeconds) * 1_000

const describe = (action: OpenAction) => ({
  instanceId: action.wait.member.instanceId,
  autoScalingGroupName: action.wait.group.name,
  hookName: action.hook.name,
  transition: action.wait.journey.name,
  waitsIn: action.wait.journey.waits,
  startedAt: action.startedAt,
  globalTimeoutAt: globalTimeoutAt(action),
  heartbeatTimeoutSeconds: action.hook.heartbeatTimeoutSeconds,
  heartbeats: [...action.heartbeats],
})

const describeWaiting = (action: OpenAction): WaitingAction => ({
  ...describe(action),
  expiresAt: action.expiresAt,
})

const describeEnded = (
  action: OpenAction,
  end: Pick<EndedAction, 'result' | 'by' | 'endedAt'>,
): EndedAction => ({ ...describe(action), ...end })
