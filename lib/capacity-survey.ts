import type { CapacityEnvironment } from './capacity-environment.ts'
import { planScaling, type ScalingPlan } from './capacity/plan.ts'
import { removableTogether } from './capacity/removal.ts'
import type { ClusterSnapshot } from './capacity/snapshot.ts'
import { surveyCluster, type Survey } from './capacity/survey.ts'
import { withProtections } from './observe/capacity/protected-tasks.ts'
import { takeSnapshot, type Sight } from './observe/capacity/snapshot.ts'
import type { ScalingSettings } from './scaling-settings.ts'

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
  const snapshot = await withProtections(observer, sight.snapshot, (seen) => leavingOf(seen, settings))
  const survey = surveyCluster(snapshot, settings.headroomPercent)
  return { ...sight, snapshot, survey, plan: planOf(survey, settings) }
}

/** Everything that is called removable in any way. */
const leavingOf = (snapshot: ClusterSnapshot, settings: ScalingSettings): readonly string[] => {
  const survey = surveyCluster(snapshot, settings.headroomPercent)
  const together = removableTogether(survey, 'tasks').together.map(({ instance }) => instance.instanceId)
  return [...together, ...planOf(survey, settings).groups.flatMap(({ remove }) => remove)]
}

const planOf = (survey: Survey, settings: ScalingSettings): ScalingPlan =>
  planScaling(survey, {
    step: { min: 1, max: settings.scaleOutStep },
    scaleInCooldownSeconds: settings.scaleInCooldownSeconds,
    budgetPercent: settings.scaleInBudgetPercent,
  })
