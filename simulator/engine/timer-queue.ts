/** One thing that happens at one virtual time. Cancelled timers are skipped. */
export interface Timer {
  readonly at: number
  readonly action: () => void
  cancel(): void
}

interface Entry extends Timer {
  readonly order: number
  isCancelled: boolean
}

/** A binary heap of timers, by time and then by the order in which they were set. */
export class TimerQueue {
  readonly #heap: Entry[] = []
  #order = 0

  set(at: number, action: () => void): Timer {
    const entry: Entry = {
      at,
      action,
      order: this.#order,
      isCancelled: false,
      cancel: () => {
        entry.isCancelled = true
      },
    }
    this.#order += 1
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    return entry
  }

  /** Time of the next timer that will run; undefined when there is none. */
  get nextAt(): number | undefined {
    while (this.#heap[0]?.isCancelled) this.#removeFirst()
    return this.#heap[0]?.at
  }

  take(): Timer {
    if (this.nextAt === undefined) throw new Error('taking a timer from an empty queue')
    return this.#removeFirst()
  }

  #removeFirst(): Entry {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    if (first === undefined || last === undefined) throw new Error('removing from an empty heap')
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    return first
  }

  #rise(position: number): void {
    let child = position
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#swapIfLater(parent, child)) return
      child = parent
    }
  }

  #sink(position: number): void {
    let parent = position
    for (;;) {
      const left = 2 * parent + 1
      if (left >= this.#heap.length) return
      const right = left + 1
      const child = right < this.#heap.length && this.#isEarlier(right, left) ? right : left
      if (!this.#swapIfLater(parent, child)) return
      parent = child
    }
  }

  #isEarlier(one: number, other: number): boolean {
    const a = this.#entry(one)
    const b = this.#entry(other)
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  /** Swaps parent and child if the child comes first; says whether it did. */
  #swapIfLater(parent: number, child: number): boolean {
    if (!this.#isEarlier(child, parent)) return false
    const moved = this.#entry(parent)
    this.#heap[parent] = this.#entry(child)
    this.#heap[child] = moved
    return true
  }

  #entry(position: number): Entry {
    const entry = this.#heap[position]
    if (entry === undefined) throw new Error(`the heap of timers has nothing at ${position}`)
    return entry
  }
}
