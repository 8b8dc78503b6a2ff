import type { CrashPoint } from '../aws/lambda/invocation.ts'
import type { LoggedDecision, Recording } from '../rehearsal/recording.ts'
import type { World } from '../world/world.ts'

/** An await of our functions in a scenario, at which a process can be killed. */
export interface Await {
  /** The how many-th of all, from 1. */
  readonly number: number
  /** Seconds after the beginning of the scenario. */
  readonly atSeconds: number
  /** Which function waits for which call, and what it decides next. */
  readonly kind: string
  /** An instance waits for our hook. */
  readonly isInDrain: boolean
}

interface Passed {
  readonly point: CrashPoint
  readonly decisionsBefore: number
  readonly isInDrain: boolean
}

/** Writes down every await of a rehearsal, and kills nobody. To be begun before virtual time does. */
export class AwaitCensus {
  readonly #recording: Recording
  readonly #beganAt: number
  readonly #passed: Passed[] = []

  constructor(world: World, recording: Recording) {
    this.#recording = recording
    this.#beganAt = world.simulation.now()
    world.lambda.crashAt((point) => {
      const decisionsBefore = recording.decisions.length
      const isInDrain = world.autoScaling.waitingActions().length > 0
      this.#passed.push({ point, decisionsBefore, isInDrain })
      return false
    })
  }

  /** To be called when the rehearsal has ended: what an invocation decides stands at its end. */
  get awaits(): readonly Await[] {
    const decided = decisionsByRequest(this.#recording)
    return this.#passed.map(({ point, decisionsBefore, isInDrain }, index) => {
      const next = decided.get(point.awsRequestId)?.find((line) => line.index >= decisionsBefore)
      const kind = [point.functionName, point.where, next?.text ?? 'decides nothing more'].join(', ')
      return { number: index + 1, atSeconds: (point.at - this.#beganAt) / 1_000, kind, isInDrain }
    })
  }
}

interface Decided {
  /** The how many-th decision of all. */
  readonly index: number
  readonly text: string
}

/** Powertools' logger writes the request id of the invocation into each line. */
const decisionsByRequest = ({ decisions }: Recording): ReadonlyMap<string, readonly Decided[]> => {
  const byRequest = new Map<string, Decided[]>()
  decisions.forEach((line: LoggedDecision & { readonly function_request_id?: unknown }, index) => {
    const requestId = String(line.function_request_id)
    const { verdict, because } = line.decision
    const decided = { index, text: `${verdict} ${because}` }
    byRequest.set(requestId, [...(byRequest.get(requestId) ?? []), decided])
  })
  return byRequest
}

/**
 * All awaits; or, where they are more than `most`, the first of each kind, and with what is left some of those in drains,
 * spread evenly. Kinds that are too many are themselves spread evenly.
 */
export const chooseAwaits = (awaits: readonly Await[], most: number): readonly Await[] => {
  if (awaits.length <= most) return awaits
  const firsts = spread([...firstOfEachKind(awaits).values()], most)
  const others = awaits.filter((each) => each.isInDrain && !firsts.includes(each))
  return [...firsts, ...spread(others, most - firsts.length)].toSorted(
    (one, other) => one.number - other.number,
  )
}

export const countKinds = (awaits: readonly Await[]): number => firstOfEachKind(awaits).size

const firstOfEachKind = (awaits: readonly Await[]): ReadonlyMap<string, Await> =>
  new Map(awaits.toReversed().map((each) => [each.kind, each]))

const spread = <Item>(items: readonly Item[], most: number): readonly Item[] => {
  const step = Math.max(1, items.length / Math.max(1, most))
  const places = new Set(
    Array.from({ length: most === Infinity ? items.length : most }, (_, index) => Math.floor(index * step)),
  )
  return items.filter((_, index) => places.has(index))
}
