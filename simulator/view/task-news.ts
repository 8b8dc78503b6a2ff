import type { TaskEnded } from '../aws/ecs/task-endings.ts'
import type { Recording } from '../rehearsal/recording.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { counted, placesOf, tally } from './counted.ts'
import { NO_NEWS, type NewsSource } from './news.ts'
import { phaseOf, workloadOf } from './task-phase.ts'

/** One task that came, leaves or is gone. */
interface Move {
  readonly workload: string
  readonly instanceId: string
}

interface Moves {
  readonly starting: readonly Move[]
  readonly leaving: readonly Move[]
  readonly stopped: readonly Move[]
}

/** Tasks that move within this time are told in one sentence for each workload. */
const TELLING_INTERVAL_MS = 5_000

/** What tasks do, in sums: which workload leaves which instance, and where it starts instead. */
export const taskNews = (world: World, { drains }: Recording): NewsSource => {
  const machines = machinesOf(world)
  const stopped: Move[] = []
  world.ecs.onTaskEnded((task) => {
    if (task.ending !== 'machine-died') stopped.push(moveOf(task))
  })
  let known = standingsOn(machines, world)
  let toldAt = world.simulation.now()
  let drainsSeen = 0
  return (now) => {
    // What ended a drain is told before its end.
    if (now - toldAt < TELLING_INTERVAL_MS && drains.length === drainsSeen) return NO_NEWS
    const before = known
    known = standingsOn(machines, world)
    toldAt = now
    drainsSeen = drains.length
    const moves = { ...movesBetween(before, known), stopped: stopped.splice(0) }
    return workloadsOf(moves).map((workload) => ({ text: sentenceOf(workload, moves), tone: 'plain' }))
  }
}

/** Every machine that may hold a task, by instance id. */
const machinesOf = ({ ec2, spec, autoScaling }: World): ReadonlySet<string> => {
  const members = spec.groups.flatMap(({ name }) => instancesOf(autoScaling, name))
  const machines = new Set(members.map(({ instanceId }) => instanceId))
  ec2.onStateChange(({ instanceId, state }) => {
    if (state === 'terminated') machines.delete(instanceId)
    else machines.add(instanceId)
  })
  return machines
}

interface Standing extends Move {
  readonly isStarting: boolean
  readonly isLeaving: boolean
}

const standingsOn = (machines: Iterable<string>, { ecs }: World): ReadonlyMap<string, Standing> => {
  const standings = new Map<string, Standing>()
  for (const instanceId of machines) {
    for (const task of ecs.tasksOn(instanceId)) {
      const isLeaving = task.desiredStatus === 'STOPPED'
      standings.set(task.taskArn, {
        ...moveOf({ ...task, instanceId }),
        isLeaving,
        isStarting: phaseOf(task) === 'starting',
      })
    }
  }
  return standings
}

const movesBetween = (
  before: ReadonlyMap<string, Standing>,
  after: ReadonlyMap<string, Standing>,
): Pick<Moves, 'starting' | 'leaving'> => {
  const now = [...after]
  return {
    starting: now.flatMap(([arn, task]) => (task.isStarting && !before.has(arn) ? [task] : [])),
    leaving: now.flatMap(([arn, task]) =>
      task.isLeaving && before.get(arn)?.isLeaving === false ? [task] : [],
    ),
  }
}

const workloadsOf = (moves: Moves): readonly string[] =>
  [
    ...new Set([...moves.starting, ...moves.leaving, ...moves.stopped].map(({ workload }) => workload)),
  ].toSorted()

const moveOf = (task: Pick<TaskEnded, 'group' | 'instanceId'>): Move => ({
  workload: workloadOf(task),
  instanceId: task.instanceId,
})

const sentenceOf = (workload: string, { starting, leaving, stopped }: Moves): string => {
  const of = (moves: readonly Move[]) =>
    moves.filter((move) => move.workload === workload).map(({ instanceId }) => instanceId)
  const [starts, leaves, stops] = [of(starting), of(leaving), of(stopped)]
  const clauses = [
    ...(stops.length > 0 ? [`${are(stops.length, 'has', 'have')} stopped on ${places(stops)}`] : []),
    ...(leaves.length > 0 ? [`${are(leaves.length, 'is', 'are')} leaving ${places(leaves)}`] : []),
    ...(starts.length > 0 ? [startsOf(starts, leaves)] : []),
  ]
  return `${workload}: ${clauses.join(', ')}`
}

const startsOf = (starts: readonly string[], leaves: readonly string[]): string =>
  leaves.length > 0
    ? `replacements are starting on ${places(starts)}`
    : `${are(starts.length, 'is', 'are')} starting on ${places(starts)}`

const are = (count: number, one: string, many: string): string =>
  `${counted(count, 'task')} ${count === 1 ? one : many}`

const places = (instanceIds: readonly string[]): string => placesOf(tally(instanceIds))
