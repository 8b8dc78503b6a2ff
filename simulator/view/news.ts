/** One thing worth knowing. */
export interface News {
  readonly text: string
  readonly tone: Tone
}

/** `bad`: requests are lost or a promise is broken. `good`: an instance has left in order. */
export type Tone = 'plain' | 'good' | 'bad'

/** What is new since it was last asked, at this moment of virtual time. Asked after every timer, so it must be quick. */
export type NewsSource = (now: number) => readonly News[]

export const NO_NEWS: readonly News[] = []

/** Reads a growing list, each item once. */
export const unreadOf = <Item>(list: readonly Item[]): (() => readonly Item[]) => {
  let read = 0
  return () => {
    if (list.length === read) return []
    const fresh = list.slice(read)
    read = list.length
    return fresh
  }
}
