/** `1 task`, `3 tasks`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `a`, `a and b`, `a, b and c`; of many, the first few and how many more there are. */
export const listed = (items: readonly string[]): string => {
  const shown = items.length > LONGEST_LIST ? [...items.slice(0, LONGEST_LIST - 1)] : [...items]
  if (shown.length < items.length) shown.push(`${items.length - shown.length} more`)
  const last = shown.pop() ?? ''
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}

/** Names of instances are long, and a line shall stay one. */
const LONGEST_LIST = 4

/** How often each item occurs, in the order of first occurrence. */
export const tally = (items: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

/** `i-a`, or `i-a (2) and i-b`: how many where. */
export const placesOf = (counts: ReadonlyMap<string, number>): string => {
  const [[only] = ['']] = counts
  if (counts.size === 1) return only
  return listed([...counts].map(([place, count]) => (count === 1 ? place : `${place} (${count})`)))
}
