import { targetKey, type TargetView } from '../aws/load-balancing/target-group.ts'
import type { DroppedRequests, DropReason, ServiceTrafficScore } from './dropped-requests.ts'
import { RequestStream } from './request-stream.ts'
import { chooseTargets, countTurns, type Turn } from './routing.ts'
import type { TrafficSpec } from './traffic-spec.ts'

/** What a target is to requests. A target that comes back after falling silent is another destination. */
interface Destination {
  readonly instanceId: string
  /** False: what was in flight here has been dropped, and what comes is dropped at once. */
  answers: boolean
}

/** A time in which new requests went to the same destinations, in turn. The newest stretch has no end yet. */
interface Stretch {
  readonly from: number
  readonly routes: readonly Destination[]
  until: number
}

type Drop = Omit<DroppedRequests, 'service'>

interface ServiceTrafficOptions {
  readonly spec: TrafficSpec
  /** Milliseconds since 1970. */
  readonly startsAt: number
  /** Why a target on this instance has just fallen silent. */
  readonly whySilent: (instanceId: string) => 'machine-died' | 'container-ended'
  readonly onDrop: (drop: Drop) => void
}

/**
 * The requests of one service, counted whenever its targets change and never one by one. Of each duration, the target
 * group's targets take requests in turn (ALB's round robin, here kept for each duration, so that every target gets the
 * same mix), and what is in flight on a target is what arrived there within that duration.
 *
 * A request that arrives at the very moment of a change is still sent by the old state; one that would be answered at
 * that moment is answered.
 */
export class ServiceTraffic {
  readonly #options: ServiceTrafficOptions
  readonly #stream: RequestStream
  readonly #longestMs: number
  readonly #destinations = new Map<string, Destination>()
  /** Oldest first, as far back as a request that is still in flight may have arrived. */
  #stretches: Stretch[]
  readonly #droppedFor = new Map<DropReason, number>()
  #settledAt: number

  constructor(options: ServiceTrafficOptions) {
    const { spec, startsAt } = options
    this.#options = options
    this.#stream = new RequestStream(spec, startsAt)
    this.#longestMs = Math.max(...this.#stream.durationsMs)
    this.#stretches = [{ from: startsAt, routes: [], until: Infinity }]
    this.#settledAt = startsAt
  }

  /** The target group is now this. Nothing has changed in it since the last call. */
  targetsChanged(targets: readonly TargetView[], at: number): void {
    this.settle(at)
    this.#loseRequests(targets, at)
    this.#meetTargets(targets)
    this.#route(targets, at)
  }

  /** Tells of requests that were turned away since the last change. */
  settle(at: number): void {
    for (const drop of this.#turnedAway(at)) this.#drop(drop)
    this.#settledAt = at
    this.#stretches = this.#stretches.filter(({ until }) => until > at - this.#longestMs)
  }

  /** Requests that arrived at `at` or before, whatever became of them. */
  sentUntil(at: number): number {
    return this.#stream.sentUntil(at)
  }

  /** The counts at this moment, which is not before the last change. Changes nothing. */
  score(at: number): ServiceTrafficScore {
    const droppedFor = new Map(this.#droppedFor)
    for (const { reason, count } of this.#turnedAway(at))
      droppedFor.set(reason, (droppedFor.get(reason) ?? 0) + count)
    const sent = this.#stream.sentUntil(at)
    const dropped = [...droppedFor.values()].reduce((sum, count) => sum + count, 0)
    const inFlight = this.#inFlight(at, ({ answers }) => answers)
    return {
      sent,
      answered: sent - dropped - inFlight,
      dropped,
      inFlight,
      droppedFor: Object.fromEntries(droppedFor),
    }
  }

  /** What was in flight on targets that are no longer there or no longer answer. */
  #loseRequests(targets: readonly TargetView[], at: number): void {
    const now = new Map(targets.map((target) => [targetKey(target), target]))
    for (const [key, destination] of this.#destinations) {
      const target = now.get(key)
      if (target === undefined) this.#destinations.delete(key)
      if (target?.answers === true || !destination.answers) continue
      const { instanceId } = destination
      const reason = target === undefined ? 'deregistration-delay' : this.#options.whySilent(instanceId)
      const count = this.#inFlight(at, (candidate) => candidate === destination)
      this.#drop({ at, count, reason, instanceId })
      destination.answers = false
    }
  }

  #meetTargets(targets: readonly TargetView[]): void {
    for (const target of targets) {
      const key = targetKey(target)
      if (this.#destinations.get(key)?.answers === target.answers) continue
      this.#destinations.set(key, { instanceId: target.id, answers: target.answers })
    }
  }

  #route(targets: readonly TargetView[], at: number): void {
    const routes = chooseTargets(targets).flatMap((target) => this.#destinations.get(targetKey(target)) ?? [])
    const open = this.#openStretch()
    if (isSame(routes, open.routes)) return
    open.until = at
    this.#stretches.push({ from: at, routes, until: Infinity })
  }

  /** Requests since the last settling that nobody took. */
  #turnedAway(at: number): readonly Drop[] {
    const { routes } = this.#openStretch()
    const drops = routes.map(({ instanceId, answers }, place): Drop => {
      const count = answers ? 0 : this.#countTurns({ place, places: routes.length }, at)
      return { at, count, reason: 'dead-target', instanceId }
    })
    if (routes.length > 0) return drops.filter(({ count }) => count > 0)
    const count = this.#stream.sentUntil(at) - this.#stream.sentUntil(this.#settledAt)
    return count > 0 ? [{ at, count, reason: 'no-target' }] : []
  }

  /** Requests of every duration since the last settling. */
  #countTurns(turn: Turn, at: number): number {
    const before = this.#stream.sentByDuration(this.#settledAt)
    const sent = this.#stream.sentByDuration(at)
    return sent.reduce((sum, upTo, index) => sum + countTurns(turn, before[index] ?? 0, upTo), 0)
  }

  /** Requests in flight on the destinations that are asked for. */
  #inFlight(at: number, isAsked: (destination: Destination) => boolean): number {
    let count = 0
    for (const { from, routes, until } of this.#stretches) {
      const places = routes.flatMap((destination, place) => (isAsked(destination) ? [place] : []))
      for (const [index, durationMs] of this.#stream.durationsMs.entries()) {
        const since = Math.max(from, at - durationMs)
        const end = Math.min(until, at)
        if (since >= end) continue
        const after = this.#stream.sentByDuration(since)[index] ?? 0
        const upTo = this.#stream.sentByDuration(end)[index] ?? 0
        for (const place of places) count += countTurns({ place, places: routes.length }, after, upTo)
      }
    }
    return count
  }

  #drop(drop: Drop): void {
    if (drop.count === 0) return
    this.#droppedFor.set(drop.reason, (this.#droppedFor.get(drop.reason) ?? 0) + drop.count)
    this.#options.onDrop(drop)
  }

  #openStretch(): Stretch {
    const open = this.#stretches.at(-1)
    if (open === undefined) throw new Error('traffic has no open stretch')
    return open
  }
}

const isSame = (routes: readonly Destination[], others: readonly Destination[]): boolean =>
  routes.length === others.length && routes.every((destination, place) => destination === others[place])
