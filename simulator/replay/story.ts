import { contextOf, isWaiting } from '../../lib/decide/drain-context.ts'
import type { DrainFacts } from '../../lib/decide/facts.ts'
import { isStopped } from '../../lib/decide/stop-tasks.ts'
import type { LoggedDecision, PastAction } from './logged-decision.ts'

/** One drain as its log lines tell it. Times are milliseconds since 1970 on Lambda's clock. */
export interface DrainStory {
  readonly instanceId: string
  /** Absent: it was in none of our groups. */
  readonly autoScalingGroupName?: string
  readonly cause: string
  /** When the termination began. */
  readonly startedAt: number
  /** When the look that completed the hook began. Absent: the log does not tell the end. */
  readonly endedAt?: number
  /** As in the metric DrainsCompleted. Absent: likewise, or somebody else had ended it. */
  readonly outcome?: string
  readonly lastTaskStoppedAt?: number
  readonly lookCount: number
  readonly heartbeats: readonly number[]
  readonly chapters: readonly Chapter[]
}

/** From one look on the verdict was this. */
export interface Chapter {
  readonly at: number
  readonly verdict: string
  readonly because: string
  readonly actions: readonly PastAction[]
  /** An action failed. */
  readonly hasFailed: boolean
  /** Tasks that had not stopped, by service; standalone ones under `-`. Absent: they were not listed. */
  readonly tasksLeft?: Readonly<Record<string, number>>
  /** By the counters of ECS, which leave out tasks that it has decided to stop. Absent: no container instance. */
  readonly tasksCounted?: number
}

/** Tells the drains of a log apart and what happened in each, oldest first. Looks at instances that wait for nothing are left out. */
export const drainStories = (decisions: readonly LoggedDecision[]): readonly DrainStory[] => {
  const drains = new Map<string, LoggedDecision[]>()
  const current = new Map<string, { readonly key: string; readonly startedAt: number }>()
  for (const decision of decisions.toSorted((one, other) => one.facts.now - other.facts.now)) {
    const { facts } = decision
    const startedAt = startOf(decision)
    if (startedAt === undefined) continue
    const known = current.get(facts.instanceId)
    const isSame = known !== undefined && Math.abs(startedAt - known.startedAt) < SAME_DRAIN_MS
    const drain = isSame ? known : { key: `${facts.instanceId} ${startedAt}`, startedAt }
    current.set(facts.instanceId, drain)
    drains.set(drain.key, [...(drains.get(drain.key) ?? []), decision])
  }
  return [...drains.values()].map(storyOf)
}

/**
 * Looks that know the termination's own start and looks that know only when it was announced differ by moments. Two
 * terminations of one instance are further apart.
 */
const SAME_DRAIN_MS = 60_000

/** When the drain of a look began. Absent: our hook held nothing. */
const startOf = ({ facts, policy }: LoggedDecision): number | undefined =>
  isWaiting(facts.lifecycleState) && facts.hook !== undefined
    ? contextOf(facts, facts.hook, policy).startedAt
    : undefined

const storyOf = (looks: readonly LoggedDecision[]): DrainStory => {
  const [first] = looks
  if (first === undefined) throw new Error('telling the story of a drain without looks')
  const { instanceId, autoScalingGroupName } = first.facts
  const end = looks.find(isEnd)
  return {
    instanceId,
    ...(autoScalingGroupName !== undefined && { autoScalingGroupName }),
    cause: looks.find(({ facts }) => facts.action !== undefined)?.facts.action?.cause ?? 'unknown',
    startedAt: looks.map((look) => startOf(look) ?? Infinity).reduce((one, other) => Math.min(one, other)),
    ...(end !== undefined && endOf(end)),
    lookCount: looks.length,
    heartbeats: looks.flatMap(({ facts, decision, results }) =>
      decision.actions.flatMap((action, index) =>
        action.do === 'heartbeat' && results[index] === 'done' ? [facts.now] : [],
      ),
    ),
    chapters: looks.map(chapterOf).filter(isNews),
  }
}

const completionOf = ({ decision, results }: LoggedDecision) => {
  const index = decision.actions.findIndex((action) => action.do === 'complete')
  const action = decision.actions[index]
  return action !== undefined && results[index] !== undefined ? { action, result: results[index] } : undefined
}

const isEnd = (look: LoggedDecision): boolean => completionOf(look) !== undefined

const endOf = (look: LoggedDecision): Partial<DrainStory> => {
  const completion = completionOf(look)
  const lastTaskStoppedAt = completion?.action['lastTaskStoppedAt']
  return {
    endedAt: look.facts.now,
    ...(completion?.result === 'done' && { outcome: String(completion.action['outcome']) }),
    ...(typeof lastTaskStoppedAt === 'number' && { lastTaskStoppedAt }),
  }
}

const chapterOf = ({ facts, decision, hasFailed }: LoggedDecision): Chapter => ({
  at: facts.now,
  ...decision,
  hasFailed,
  ...tasksIn(facts),
})

const tasksIn = ({ tasks, containerInstance }: DrainFacts): Partial<Chapter> => {
  const tasksLeft: Record<string, number> = {}
  for (const { serviceName = '-' } of (tasks ?? []).filter((task) => !isStopped(task)))
    tasksLeft[serviceName] = (tasksLeft[serviceName] ?? 0) + 1
  return {
    ...(tasks !== undefined && { tasksLeft }),
    ...(containerInstance !== undefined && {
      tasksCounted: containerInstance.runningTasksCount + containerInstance.pendingTasksCount,
    }),
  }
}

/** A look that repeats the verdict, counts the same and fails nowhere tells nothing new. */
const isNews = (chapter: Chapter, index: number, all: readonly Chapter[]): boolean => {
  const before = all[index - 1]
  return (
    before === undefined ||
    chapter.hasFailed ||
    chapter.because !== before.because ||
    chapter.verdict !== before.verdict ||
    chapter.tasksCounted !== before.tasksCounted ||
    chapter.actions.some((action) => action.do === 'stop-task')
  )
}
