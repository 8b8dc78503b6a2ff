import type { Random } from '../../engine/random.ts'
import type { PlacementStrategySpec } from '../../world/world-spec.ts'
import type { Service, Task } from './cluster.ts'
import { remainingResources } from './remaining-resources.ts'

/** A task of a service, as scale-in chooses among them. */
interface Stoppable {
  readonly task: Pick<Task, 'containerInstance' | 'definition'>
}

/** Tasks that are still to be chosen from, and those that have been chosen. */
interface Choice {
  readonly left: readonly Stoppable[]
  readonly gone: readonly Stoppable[]
}

/** The more, the sooner a task goes. */
type Measure = (candidate: Stoppable, choice: Choice) => number

interface HowMany {
  readonly count: number
  readonly random: Random
}

/**
 * The tasks that scale-in stops, in its order ("Amazon ECS task placement strategies"): with `spread`, from the
 * zone that has most of them, and within a zone at random; with `binpack`, from the instance that has most left once the
 * task is gone. A service without strategy also goes by instances, those first that have most of its tasks ("Amazon ECS
 * services", replica strategy). Each choice is made with the ones before it gone.
 */
export const chooseForScaleIn = <Candidate extends Stoppable>(
  { placementStrategy }: Pick<Service, 'placementStrategy'>,
  candidates: readonly Candidate[],
  { count, random }: HowMany,
): readonly Candidate[] => {
  const measures =
    placementStrategy.length === 0 ? [inZone, onInstance] : placementStrategy.flatMap(measureOf)
  const left = [...candidates]
  const gone: Candidate[] = []
  while (left.length > 0 && gone.length < count) {
    const choice = { left, gone }
    const best = measures.reduce<readonly Candidate[]>(
      (among, measure) => most(among, (candidate) => measure(candidate, choice)),
      left,
    )
    const next = random.pick(best)
    gone.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return gone
}

/** The page names zones alone: spreading over anything else does not matter when tasks are stopped. */
const measureOf = (rule: PlacementStrategySpec): readonly Measure[] => {
  if (rule.type === 'binpack') return [leftBehind(rule.field)]
  return rule.type === 'spread' && rule.field === 'attribute:ecs.availability-zone' ? [inZone] : []
}

const inZone: Measure = ({ task }, { left }) => {
  const { availabilityZone } = task.containerInstance
  return left.filter((other) => other.task.containerInstance.availabilityZone === availabilityZone).length
}

const onInstance: Measure = ({ task }, { left }) =>
  left.filter((other) => other.task.containerInstance === task.containerInstance).length

const leftBehind =
  (field: 'cpu' | 'memory'): Measure =>
  ({ task: { containerInstance, definition } }, { gone }) => {
    const goneFromHere = gone.filter(({ task }) => task.containerInstance === containerInstance)
    const freed = goneFromHere.reduce((sum, { task }) => sum + task.definition.spec[field], 0)
    return remainingResources(containerInstance)[field] + freed + definition.spec[field]
  }

const most = <Candidate>(
  candidates: readonly Candidate[],
  measure: (candidate: Candidate) => number,
): readonly Candidate[] => {
  const measures = candidates.map(measure)
  const best = Math.max(...measures)
  return candidates.filter((_, index) => measures[index] === best)
}
