import type { Simulation } from '../../engine/simulation.ts'
import type { AutoScalingAssumptions } from './assumptions.ts'
import type { Group } from './group.ts'
import type { Member } from './member.ts'
import { isPredefined, victimsForScaleIn } from './termination-order.ts'
import { readVictims, terminationEvent, type TerminationCause } from './termination-event.ts'

/** "Create a custom termination policy with Lambda", Limitations. */
const CUSTOM_POLICY_LIMIT_MS = 2_000

/** Asks the function of a custom termination policy; `undefined` for an error, a refusal, or no answer in time. */
export type AskPolicy = (
  request: { readonly functionArn: string; readonly payload: string; readonly timeLimitMs: number },
  onEnd: (response: string | undefined) => void,
) => void

/** How many may go, of which, and why. */
export interface VictimRequest {
  readonly cause: TerminationCause
  readonly eligible: readonly Member[]
  readonly count: number
}

/** An answer of a custom policy, for whoever watches. */
export interface PolicyAnswer extends VictimRequest {
  readonly group: Group
  readonly chosen: readonly Member[]
}

interface VictimChoiceOptions {
  readonly simulation: Simulation
  readonly askPolicy: AskPolicy
  readonly assumptions: AutoScalingAssumptions
}

/** Decides which instances go, by the group's termination policies. */
export class VictimChoice {
  readonly #options: VictimChoiceOptions
  /** Groups whose function has been asked and has not answered, with the cause. */
  readonly #asked = new Set<string>()
  readonly #listeners: ((answer: PolicyAnswer) => void)[] = []

  constructor(options: VictimChoiceOptions) {
    this.#options = options
  }

  onAnswer(listener: (answer: PolicyAnswer) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Calls `onChosen` with at most `count` instances: at once, or where the group has a function when that has answered. No
   * instance is its veto. While it has not answered it is not asked again, and `onChosen` is not called.
   */
  choose(group: Group, request: VictimRequest, onChosen: (chosen: readonly Member[]) => void): void {
    const functionArn = customPolicyOf(group)
    if (functionArn === undefined) return onChosen(this.#withoutFunction(group, request))
    const key = `${group.name} ${request.cause}`
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    const payload = JSON.stringify(terminationEvent({ group, now: this.#now() }, request))
    this.#options.askPolicy({ functionArn, payload, timeLimitMs: CUSTOM_POLICY_LIMIT_MS }, (response) => {
      this.#asked.delete(key)
      const chosen = this.#chosen(group, request, response)
      for (const listener of this.#listeners) listener({ ...request, group, chosen })
      onChosen(chosen)
    })
  }

  /** Only scale-in and rebalancing choose; the others have their instances. */
  #withoutFunction(group: Group, { cause, eligible, count }: VictimRequest): readonly Member[] {
    const isFree = cause === 'SCALE_IN' || cause === 'REBALANCE'
    return isFree ? victimsForScaleIn({ group, now: this.#now() }, eligible, count) : eligible.slice(0, count)
  }

  /**
   * Of the ids in an answer those of instances that may go now. More than were needed are held against the group's other
   * policies. A function may name instances that it was not offered, where any will do.
   */
  #chosen(group: Group, request: VictimRequest, response: string | undefined): readonly Member[] {
    const { cause, eligible, count } = request
    const mayNameOthers =
      this.#options.assumptions.customPolicyMayName === 'any-instance-of-the-group' &&
      (cause === 'SCALE_IN' || cause === 'REBALANCE')
    const ready = readVictims(response)
      .map((instanceId) => group.members.get(instanceId))
      .filter((member): member is Member => member !== undefined)
      .filter((member) => member.state === 'InService' && !member.isProtected)
      .filter((member) => mayNameOthers || eligible.includes(member))
    return victimsForScaleIn({ group, now: this.#now() }, [...new Set(ready)], count)
  }

  #now(): number {
    return this.#options.simulation.now()
  }
}

/** The function among the group's policies; it stands first, and there is one at most. */
export const customPolicyOf = ({ terminationPolicies }: Group): string | undefined =>
  terminationPolicies.find((policy) => !isPredefined(policy))
