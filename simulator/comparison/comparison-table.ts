import { textTable } from '../view/text-table.ts'
import type { ComparedRun, Comparison, Contender } from './compare.ts'

/** The comparison as a table of means, and a line for each rival on how often the first scaler did better than it. */
export const comparisonTable = (comparison: Comparison): readonly string[] => {
  const [first, ...rivals] = comparison.contenders
  if (first === undefined) return []
  return [
    `${comparison.scenario}, seeds 1 to ${comparison.seeds}: means, with least and most in brackets`,
    '',
    ...textTable([headings, ...comparison.contenders.map(rowOf)]),
    '',
    ...rivals.map((rival) => duelInWords(first, rival)),
  ]
}

const headings = [
  'scaled by',
  'requests dropped',
  'tasks killed',
  'unplaced-task seconds',
  'instance hours',
  'violations',
]

const rowOf = ({ scaler, runs }: Contender): readonly string[] => [
  scaler,
  String(sumOf(runs, ({ requestsDropped }) => requestsDropped)),
  String(sumOf(runs, ({ tasksKilled }) => tasksKilled)),
  spreadOf(runs, ({ unplacedTaskSeconds }) => unplacedTaskSeconds, 0),
  spreadOf(runs, ({ instanceHours }) => instanceHours, 1),
  String(sumOf(runs, ({ violations }) => violations)),
]

type Figure = (run: ComparedRun) => number

const sumOf = (runs: readonly ComparedRun[], figure: Figure): number =>
  runs.reduce((sum, run) => sum + figure(run), 0)

/** `12.3 (10.0–14.1)` */
const spreadOf = (runs: readonly ComparedRun[], figure: Figure, digits: number): string => {
  const figures = runs.map(figure)
  const [mean, least, most] = [sumOf(runs, figure) / runs.length, Math.min(...figures), Math.max(...figures)]
  return `${mean.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

/** Seed by seed, since both have had the same day. */
const duelInWords = (first: Contender, rival: Contender): string => {
  const better = (figure: Figure) =>
    first.runs.filter((run, index) => {
      const other = rival.runs[index]
      return other !== undefined && figure(run) < figure(other)
    }).length
  const unplaced = better(({ unplacedTaskSeconds }) => unplacedTaskSeconds)
  const hours = better(({ instanceHours }) => instanceHours)
  const seeds = first.runs.length
  return `${first.scaler} against ${rival.scaler}: fewer unplaced-task seconds with ${unplaced} of ${seeds} seeds, fewer instance hours with ${hours}`
}
