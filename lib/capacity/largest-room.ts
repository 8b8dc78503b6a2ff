import type { Bin } from './bin.ts'
import { dominantShare, mostOf } from './resources.ts'
import type { TaskClass } from './task-class.ts'
import { compareText } from './text-order.ts'

/** CPU in units, memory in MiB. */
export interface LargestRoom {
  readonly cpu: number
  readonly memory: number
}

/**
 * What is left on the roomiest instance: of the one with the most of whichever of CPU and memory it has less of, both
 * measured by the best that any instance has left. With (4,096 units, 512 MiB) and (1,024, 2,048) it is the second: a
 * quarter of the best CPU against a quarter of the best memory is a tie, which more CPU and memory together decide.
 */
export const largestRoom = (bins: readonly Bin[]): LargestRoom => {
  const best = mostOf(bins.map(({ left }) => left))
  const part = (value: number, most: number): number => (most > 0 ? value / most : 0)
  let largest = { cpu: 0, memory: 0, least: 0, sum: 0 }
  for (const { left } of bins) {
    const parts = [part(left.cpu, best.cpu), part(left.memory, best.memory)] as const
    const least = Math.min(...parts)
    const sum = parts[0] + parts[1]
    if (least > largest.least || (least === largest.least && sum > largest.sum))
      largest = { cpu: left.cpu, memory: left.memory, least, sum }
  }
  return { cpu: largest.cpu, memory: largest.memory }
}

/** The largest first, by the share of the best instance's room that it takes. */
export const byLargest = (classes: readonly TaskClass[], bins: readonly Bin[]): readonly TaskClass[] => {
  const whole = mostOf(bins.map(({ left }) => left))
  return [...classes].sort(
    (one, other) =>
      dominantShare(other.need, whole) - dominantShare(one.need, whole) || compareText(one.key, other.key),
  )
}
