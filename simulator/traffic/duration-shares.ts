import type { DurationShare } from './traffic-spec.ts'

/** A share such as 0.97 of 100 is computed as a hair less than 97. */
const ROUNDING_SLACK = 1e-6

/**
 * How many of the first `count` requests have each of the durations. From one request to the next exactly one of these
 * numbers grows, by 1, so every request has one duration and the mix is spread evenly: of each share's requests, the
 * gaps differ by little. Chance would spread them unevenly, and make a score depend on more than the events.
 */
export const countByDuration = (durations: readonly DurationShare[], count: number): readonly number[] => {
  const counts: number[] = []
  let left = count
  let shareLeft = 1
  for (const [index, { share }] of durations.entries()) {
    const isLast = index === durations.length - 1
    const others = isLast ? 0 : Math.floor((left * (shareLeft - share)) / shareLeft + ROUNDING_SLACK)
    counts.push(left - others)
    left = others
    shareLeft -= share
  }
  return counts
}
