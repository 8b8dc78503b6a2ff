import { planScaling, type ScalingPlan } from '../capacity/plan.ts'
import { removableTogether } from '../capacity/removal.ts'
import type { ClusterSnapshot } from '../capacity/snapshot.ts'
import { surveyCluster, type Survey } from '../capacity/survey.ts'
import { withProtections } from '../observe/capacity/protected-tasks.ts'
import { takeSnapshot, type Sight } from '../observe/capacity/snapshot.ts'
import type { CapacityEnvironment } from './environment.ts'
import type { ScalingSettings } from './settings.ts'

/** The cluster as it was seen, what follows from it, and what should be done with each group. */
export interface Surveyed extends Sight {
  readonly survey: Survey
  readonly plan: ScalingPlan
}

/**
 * Takes a snapshot, asks for the protection of the tasks that it matters for, and plans.
 *
 * @throws if anything cannot be read.
 */
export const surveyAndPlan = async (environment: CapacityEnvironment): Promise<Surveyed> => {
  const { observer, settings, budget } = environment
  const sight = await takeSnapshot(observer)
  budget.spend(sight.snapshot.takenAt, sight.reads)
  let planned = planFor(sight.snapshot, settings)
  const snapshot = await withProtections(observer, sight.snapshot, (seen) => {
    if (seen !== planned.snapshot) planned = planFor(seen, settings)
    return leavingOf(planned)
  })
  if (snapshot !== planned.snapshot) planned = planFor(snapshot, settings)
  return { ...sight, ...planned }
}

type Planned = Pick<Surveyed, 'snapshot' | 'survey' | 'plan'>

/** Seconds of work on a large cluster: done again only where something has changed. */
const planFor = (snapshot: ClusterSnapshot, settings: ScalingSettings): Planned => {
  const survey = surveyCluster(snapshot, settings.headroomPercent)
  return { snapshot, survey, plan: planOf(survey, settings) }
}

/** Everything that is called removable in any way. */
const leavingOf = ({ survey, plan }: Planned): readonly string[] => {
  const together = removableTogether(survey, 'tasks').together.map(({ instance }) => instance.instanceId)
  return [...together, ...plan.groups.flatMap(({ remove }) => remove)]
}

const planOf = (survey: Survey, settings: ScalingSettings): ScalingPlan =>
  planScaling(survey, {
    step: { min: 1, max: settings.scaleOutStep },
    scaleInCooldownSeconds: settings.scaleInCooldownSeconds,
    budgetPercent: settings.scaleInBudgetPercent,
  })
