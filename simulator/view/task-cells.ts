import type { TaskOnInstance } from './cluster-snapshot.ts'
import type { Colours } from './colours.ts'
import type { Line, Span } from './styled-text.ts'
import type { TaskPhase } from './task-phase.ts'

/** Told apart by shape as well as by colour. In the order in which they are drawn. */
const glyphs: Readonly<Record<TaskPhase, string>> = {
  running: '●',
  starting: '○',
  deregistering: '◐',
  stopping: '◌',
}

/** More tasks than this are counted instead of drawn one by one. */
const MOST_GLYPHS = 6

/** The tasks of one workload on one instance: `●●◐`, or `11●1◐` where they are many. */
export const drawTasks = (tasks: readonly TaskOnInstance[], colours: Colours): Line =>
  phases().flatMap((phase): readonly Span[] => {
    const count = tasks.filter((task) => task.phase === phase).length
    if (count === 0) return []
    const text = tasks.length > MOST_GLYPHS ? `${count}${glyphs[phase]}` : glyphs[phase].repeat(count)
    return [{ text, paint: paintOf(phase, colours) }]
  })

export const drawLegend = (colours: Colours): Line =>
  phases().flatMap((phase): readonly Span[] => [
    { text: glyphs[phase], paint: paintOf(phase, colours) },
    { text: ` ${phase}   `, paint: colours.dim },
  ])

const phases = (): readonly TaskPhase[] => Object.keys(glyphs) as readonly TaskPhase[]

const paintOf = (phase: TaskPhase, { green, yellow, magenta, red }: Colours): Colours['green'] => {
  switch (phase) {
    case 'running':
      return green
    case 'starting':
      return yellow
    case 'deregistering':
      return magenta
    case 'stopping':
      return red
  }
}
