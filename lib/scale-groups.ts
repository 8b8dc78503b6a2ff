import { removeInstance, setDesiredCapacity } from './act/scale-group.ts'
import type { CapacityEnvironment } from './capacity-environment.ts'
import { surveyAndPlan, type Surveyed } from './capacity-survey.ts'
import type { GroupPlan } from './capacity/plan.ts'
import { refusalToScale } from './decide/scaling-refusal.ts'
import { readScaledGroups, type ReadScaledGroup } from './observe/capacity/scaled-groups.ts'

/**
 * Does what was planned, as far as the groups let us. Out first: nobody waits for a scale-in.
 *
 * @throws the first error; the next minute plans anew from what is there then.
 */
export const scaleGroups = async (environment: CapacityEnvironment, surveyed: Surveyed): Promise<void> => {
  const plans = surveyed.plan.groups.filter((plan) => mayScale(environment, surveyed, plan))
  for (const plan of plans.filter(({ remove }) => remove.length === 0)) await setDesired(environment, plan)
  const removals = plans.filter(({ remove }) => remove.length > 0)
  if (removals.length > 0) await removeConfirmed(environment, removals)
}

/** Says and counts why a group is left alone: counted each minute, told once. */
const mayScale = (environment: CapacityEnvironment, surveyed: Surveyed, { group }: GroupPlan): boolean => {
  const { settings, telemetry, toldRefusals } = environment
  const snapshot = surveyed.snapshot.groups.find(({ name }) => name === group)
  const standing = surveyed.standings.get(group)
  if (snapshot === undefined || standing === undefined) return false
  const refusal = refusalToScale({ ...standing, isWeighted: snapshot.isWeighted }, settings.stackName)
  if (refusal === undefined) {
    toldRefusals.delete(group)
    return true
  }
  telemetry.measure('ScalingRefused', 1, { AutoScalingGroupName: group, Reason: refusal })
  if (toldRefusals.get(group) !== refusal) {
    const { policies, mark } = standing
    telemetry.logger.warn('Refused to scale a group', {
      autoScalingGroupName: group,
      refusal,
      policies,
      mark,
    })
  }
  toldRefusals.set(group, refusal)
  return false
}

const setDesired = async (environment: CapacityEnvironment, plan: GroupPlan): Promise<void> => {
  if (plan.desired === plan.desiredBefore) return
  const { observer, telemetry } = environment
  const { autoScaling } = observer.clients
  const group = await lookAgain(environment, plan.group)
  // Somebody has set it since: what was planned rests on a world that is gone, and the next minute sees the new one.
  if (group.desired !== plan.desiredBefore) return
  const desired = Math.max(group.min, Math.min(plan.desired, group.max))
  if (desired <= group.desired) return
  await setDesiredCapacity({ autoScaling, autoScalingGroupName: plan.group }, desired)
  telemetry.logger.info('Set the desired capacity', {
    autoScalingGroupName: plan.group,
    from: group.desired,
    to: desired,
    because: plan.because,
  })
}

/** Reads and plans the whole cluster again, and takes away only what both times could go. */
const removeConfirmed = async (
  environment: CapacityEnvironment,
  removals: readonly GroupPlan[],
): Promise<void> => {
  const again = await surveyAndPlan(environment)
  for (const { group, remove } of removals) {
    const confirmed = again.plan.groups.find((plan) => plan.group === group)
    const isStillOurs = confirmed !== undefined && mayScale(environment, again, confirmed)
    const ids = isStillOurs ? remove.filter((id) => confirmed.remove.includes(id)) : []
    for (const id of ids) if (!(await removeOne(environment, group, id))) break
  }
}

/**
 * Takes one instance away, after one more look at its group.
 *
 * @returns false where the world has moved on, and the rest must be planned anew.
 * @throws what Auto Scaling answered. Whether it was done then, only the next run's snapshot tells.
 */
const removeOne = async (
  environment: CapacityEnvironment,
  autoScalingGroupName: string,
  instanceId: string,
): Promise<boolean> => {
  const { observer, telemetry } = environment
  const group = await lookAgain(environment, autoScalingGroupName)
  if (!mayLose(group, instanceId)) return false
  await removeInstance(observer.clients.autoScalingOnce, instanceId)
  telemetry.logger.info('Took an instance out of its group', { autoScalingGroupName, instanceId })
  return true
}

/** In service, not protected, and the group wants exactly what it has: nobody else is at work on it. */
const mayLose = ({ members, desired, min }: ReadScaledGroup, instanceId: string): boolean => {
  const inService = members.filter(({ lifecycleState }) => lifecycleState === 'InService')
  const isThere = inService.some(
    (member) => member.instanceId === instanceId && !member.isProtectedFromScaleIn,
  )
  return isThere && desired > min && desired === inService.length
}

const lookAgain = async ({ observer }: CapacityEnvironment, name: string): Promise<ReadScaledGroup> => {
  const [group] = await readScaledGroups(observer.clients.autoScaling, [name])
  if (group === undefined) throw new Error(`there is no group ${name}`)
  return group
}
