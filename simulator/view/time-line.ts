import type { Simulation } from '../engine/simulation.ts'
import type { Recording } from '../rehearsal/recording.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'
import { decisionNews } from './decision-news.ts'
import { drainNews } from './drain-news.ts'
import { dropNews } from './drop-news.ts'
import { hookNews } from './hook-news.ts'
import { machineNews } from './machine-news.ts'
import type { News, NewsSource } from './news.ts'
import { scalingNews } from './scaling-news.ts'
import { scriptNews } from './script-news.ts'
import { serviceScalingNews } from './service-scaling-news.ts'
import { taskNews } from './task-news.ts'
import { violationNews } from './violation-news.ts'
import { timeStamp } from './virtual-time.ts'

/** One thing worth knowing, and when it was seen: milliseconds of virtual time since the rehearsal began. */
export interface TimeLineEntry extends News {
  readonly elapsedMs: number
}

export interface Watched {
  readonly world: World
  readonly recording: Recording
  readonly scenario: Scenario
}

/**
 * Tells what happens in a rehearsal, as it happens. It only watches, so the history is the same whether anybody looks or
 * not.
 *
 * @returns tells what is left to tell: for the end of the rehearsal.
 */
export const tellTimeLine = (watched: Watched, tell: (entry: TimeLineEntry) => void): (() => void) => {
  const { simulation } = watched.world
  const beganAt = simulation.now()
  // A cause comes before its effects.
  const sources = sourcesOf(watched, beganAt)
  const look = (at: number) => {
    for (const newsOf of sources) {
      for (const news of newsOf(at)) tell({ ...news, elapsedMs: simulation.now() - beganAt })
    }
  }
  simulation.watch(() => look(simulation.now()))
  tick(simulation)
  // Sources that sum up what happens within a while take this for long after it.
  return () => look(Infinity)
}

/** Watchers look after every timer, and there may be none for a minute: what is summed up would be told that late. */
const TICK_MS = 5_000

const tick = (simulation: Simulation): void => {
  simulation.after(TICK_MS, () => tick(simulation))
}

const sourcesOf = ({ world, recording, scenario }: Watched, beganAt: number): readonly NewsSource[] => [
  scriptNews(stepsThatHappen(scenario), beganAt),
  serviceScalingNews(world),
  scalingNews(recording),
  machineNews(world),
  dropNews(recording),
  hookNews(world),
  taskNews(world, recording),
  decisionNews(recording),
  drainNews(recording),
  violationNews(recording),
]

const stepsThatHappen = ({ script, lastsSeconds }: Scenario): Scenario['script'] =>
  script.filter(({ atSeconds }) => atSeconds <= lastsSeconds)

/** `+00:06:48  i-0… is terminated` */
export const lineOf = ({ elapsedMs, text }: TimeLineEntry): string => `${timeStamp(elapsedMs)}  ${text}`
