/**
 * A quarter of the 20 reads a second that ECS grants to a whole account and region ("Request throttling for the Amazon ECS
 * API"): drains and everybody else's tools draw on the same bucket.
 */
const READS_PER_SECOND = 5

const MINUTE_MS = 60_000

/** How much the answer to a message matters. `wanted`: a task finds no place, or a drain no room. */
export type Urgency = 'wanted' | 'usual'

/** When the last snapshot was taken, and when what it cost is paid for. */
export class ReadBudget {
  #takenAt: number | undefined
  #freeAt = 0
  #lastCostMs = 0

  /** When the last snapshot was taken. Undefined: none was, in this environment. */
  get takenAt(): number | undefined {
    return this.#takenAt
  }

  /** From the last snapshot to the next: as many minutes as it takes until all reads are paid for. */
  get intervalMs(): number {
    const owedMs = this.#freeAt - (this.#takenAt ?? this.#freeAt)
    return Math.max(1, Math.ceil(owedMs / MINUTE_MS)) * MINUTE_MS
  }

  /** Notes a snapshot and the reads that it took. */
  spend(takenAt: number, reads: number): void {
    this.#takenAt = takenAt
    this.#lastCostMs = (1_000 * reads) / READS_PER_SECOND
    this.#freeAt = Math.max(this.#freeAt, takenAt) + this.#lastCostMs
  }

  /** What is wanted at once may be read one snapshot ahead, and no further. */
  isFree(now: number, urgency: Urgency): boolean {
    return now >= this.#freeAt - (urgency === 'wanted' ? this.#lastCostMs : 0)
  }
}
