import type { Random } from '../../engine/random.ts'
import type { PlacementStrategySpec } from '../../world/world-spec.ts'
import { attributeOf } from './attributes.ts'
import { isWanted, type ContainerInstance, type Service } from './cluster.ts'
import { remainingResources } from './remaining-resources.ts'

/** What the console gives a service that names none. Standalone tasks are spread likewise here. */
export const DEFAULT_STRATEGY: readonly PlacementStrategySpec[] = [
  { type: 'spread', field: 'attribute:ecs.availability-zone' },
  { type: 'spread', field: 'instanceId' },
]

interface Preference {
  readonly service: Service | undefined
  readonly group: string
  readonly registered: readonly ContainerInstance[]
  readonly random: Random
}

/** The candidates that the strategy likes best, by its first rule, among those by its second, and so on. */
export const preferred = (
  candidates: readonly ContainerInstance[],
  preference: Preference,
): readonly ContainerInstance[] => {
  const strategy = preference.service?.placementStrategy ?? DEFAULT_STRATEGY
  return strategy.reduce((left, rule) => bestBy(rule, left, preference), candidates)
}

const bestBy = (
  rule: PlacementStrategySpec,
  candidates: readonly ContainerInstance[],
  { group, registered, random }: Preference,
): readonly ContainerInstance[] => {
  switch (rule.type) {
    case 'random':
      return [random.pick(candidates)]
    case 'binpack':
      return least(candidates, (containerInstance) => remainingResources(containerInstance)[rule.field])
    case 'spread': {
      const counts = countByPlace(registered, rule.field, group)
      return least(candidates, (containerInstance) => counts.get(placeOf(containerInstance, rule.field)) ?? 0)
    }
  }
}

const least = (
  candidates: readonly ContainerInstance[],
  measure: (containerInstance: ContainerInstance) => number,
): readonly ContainerInstance[] => {
  const measures = candidates.map(measure)
  const best = Math.min(...measures)
  return candidates.filter((_, index) => measures[index] === best)
}

const countByPlace = (
  registered: readonly ContainerInstance[],
  field: string,
  group: string,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const containerInstance of registered) {
    const place = placeOf(containerInstance, field)
    counts.set(place, (counts.get(place) ?? 0) + countOfGroup(containerInstance, group))
  }
  return counts
}

/** Instances without the attribute count as one place. */
const placeOf = (containerInstance: ContainerInstance, field: string): string =>
  field.startsWith('attribute:')
    ? (attributeOf(containerInstance, field.slice('attribute:'.length)) ?? '')
    : containerInstance.arn

const countOfGroup = ({ tasks }: ContainerInstance, group: string): number => {
  let count = 0
  for (const task of tasks) if (task.group === group && isWanted(task)) count += 1
  return count
}
