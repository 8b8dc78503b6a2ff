import type { Clock } from '../clock.ts'

/**
 * Remembers answers for the life of an execution environment, each for a limited time. Only for what may be slightly
 * old without harm; a lost environment only costs a call.
 */
export class Memo<Value> {
  readonly #clock: Clock
  readonly #lifetimeMs: number
  readonly #entries = new Map<string, { readonly value: Value; readonly readAt: number }>()

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock
    this.#lifetimeMs = lifetimeMs
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (this.#clock.now() - entry.readAt < this.#lifetimeMs) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: Value): void {
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear()
    this.#entries.set(key, { value, readAt: this.#clock.now() })
  }
}

/** An environment lives for hours; beyond this many entries it starts afresh rather than grow. */
const MAX_ENTRIES = 10_000
