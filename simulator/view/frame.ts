import type { ClusterSnapshot } from './cluster-snapshot.ts'
import { drawCluster } from './cluster-table.ts'
import type { Colours } from './colours.ts'
import type { Tone } from './news.ts'
import { paintLine, wrapped, type Line } from './styled-text.ts'
import { drawLegend } from './task-cells.ts'
import type { TimeLineEntry } from './time-line.ts'
import { clockTime, timeStamp } from './virtual-time.ts'

/** Everything that one frame shows. */
export interface FrameContent {
  readonly title: string
  readonly elapsedMs: number
  readonly lastsMs: number
  readonly requests: { readonly sent: number; readonly dropped: number }
  readonly cluster: ClusterSnapshot
  /** Oldest first; the latest are shown. */
  readonly entries: readonly TimeLineEntry[]
}

interface FrameSize {
  readonly columns: number
  readonly rows: number
}

/** So many lines of news have their place even where instances must be left out for it. */
const LEAST_NEWS_LINES = 5

/** More is more than an eye follows. */
export const MOST_NEWS_LINES = 10

/** Title, progress, legend and three blank lines. */
const FIXED_ROWS = 6

const LONGEST_BAR = 60

/** Draws a frame: at most `rows` lines of at most `columns` columns. */
export const renderFrame = (content: FrameContent, size: FrameSize, colours: Colours): readonly string[] => {
  const cluster = drawCluster(
    content.cluster,
    Math.max(0, size.rows - FIXED_ROWS - LEAST_NEWS_LINES),
    colours,
  )
  const room = Math.max(0, Math.min(MOST_NEWS_LINES, size.rows - FIXED_ROWS - cluster.length))
  const news = content.entries.flatMap((entry) => drawEntry(entry, size.columns, colours))
  const lines: readonly Line[] = [
    [{ text: content.title, paint: colours.bold }],
    drawProgress(content, size.columns, colours),
    [],
    ...cluster,
    [],
    drawLegend(colours),
    [],
    ...news.slice(Math.max(0, news.length - room)),
    ...Array.from({ length: Math.max(0, room - news.length) }, (): Line => []),
  ]
  return lines.slice(0, size.rows).map((line) => paintLine(line, size.columns))
}

const drawProgress = (content: FrameContent, columns: number, { cyan, dim, red }: Colours): Line => {
  const { elapsedMs, lastsMs, requests } = content
  const times = ` ${timeStamp(elapsedMs)} of ${clockTime(lastsMs)}`
  const sums = requests.sent === 0 ? '' : `  ${requests.sent} requests, ${requests.dropped} dropped`
  const width = Math.max(0, Math.min(LONGEST_BAR, columns - times.length - sums.length))
  const share = lastsMs === 0 ? 1 : Math.min(1, elapsedMs / lastsMs)
  const filled = Math.round(width * share)
  return [
    { text: '━'.repeat(filled), paint: cyan },
    { text: '─'.repeat(width - filled), paint: dim },
    { text: times },
    { text: sums, paint: requests.dropped > 0 ? red : dim },
  ]
}

/** Text of a second line stands below the first. */
const drawEntry = (
  { elapsedMs, text, tone }: TimeLineEntry,
  columns: number,
  colours: Colours,
): readonly Line[] => {
  const stamp = `${timeStamp(elapsedMs)}  `
  return wrapped(text, columns - stamp.length).map((part, index) => [
    { text: index === 0 ? stamp : ' '.repeat(stamp.length), paint: colours.dim },
    { text: part, paint: paintOf(tone, colours) },
  ])
}

const paintOf = (tone: Tone, { green, red }: Colours): ((text: string) => string) => {
  switch (tone) {
    case 'good':
      return green
    case 'bad':
      return red
    case 'plain':
      return String
  }
}
