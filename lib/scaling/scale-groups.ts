import { removeInstance, setDesiredCapacity } from '../act/scale-group.ts'
import type { GroupPlan } from '../capacity/plan.ts'
import type { ClusterSnapshot } from '../capacity/snapshot.ts'
import { refusalToScale } from '../decide/scaling-refusal.ts'
import { readContainerInstances } from '../observe/container-instances.ts'
import { readScaledGroups, type Member, type ReadScaledGroup } from '../observe/capacity/scaled-groups.ts'
import type { CapacityEnvironment } from './environment.ts'
import { surveyAndPlan, type Surveyed } from './survey-and-plan.ts'

/** What is left to do when desired capacities have been set. */
interface PlannedRemovals {
  /** What both looks would take away, by group. */
  readonly removals: readonly GroupRemoval[]
  /** The newest look. */
  readonly again: Surveyed
  readonly failures: unknown[]
}

interface GroupRemoval {
  readonly group: string
  readonly remove: readonly string[]
}

/**
 * Sets desired capacities as planned, as far as the groups let us: none of that takes an instance away. Where groups are to give
 * some up, the whole cluster is read and planned once more, and only what both times could go will be taken away. One group's
 * error keeps no other waiting.
 */
export const setDesiredCapacities = async (
  environment: CapacityEnvironment,
  surveyed: Surveyed,
): Promise<PlannedRemovals> => {
  const plans = surveyed.plan.groups.filter((plan) => mayScale(environment, surveyed, plan))
  const failures: unknown[] = []
  for (const plan of plans.filter(({ remove }) => remove.length === 0))
    failures.push(...(await errorsOf(() => setDesired(environment, plan))))
  const shrinking = plans.filter(({ remove }) => remove.length > 0)
  if (shrinking.length === 0) return { removals: [], again: surveyed, failures }
  try {
    const again = await surveyAndPlan(environment)
    return { removals: confirmed(environment, shrinking, again), again, failures }
  } catch (error) {
    return { removals: [], again: surveyed, failures: [...failures, error] }
  }
}

const confirmed = (
  environment: CapacityEnvironment,
  shrinking: readonly GroupPlan[],
  again: Surveyed,
): readonly GroupRemoval[] =>
  shrinking.flatMap(({ group, remove }) => {
    const plan = again.plan.groups.find((one) => one.group === group)
    if (plan === undefined || !mayScale(environment, again, plan)) return []
    const both = remove.filter((id) => plan.remove.includes(id))
    return both.length > 0 ? [{ group, remove: both }] : []
  })

/** What a piece of work threw, if it did: collected where the next one should be done all the same. */
export const errorsOf = async (work: () => Promise<void>): Promise<readonly unknown[]> => {
  try {
    await work()
    return []
  } catch (error) {
    return [error]
  }
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
  if (desired === group.desired || mayTakeInstances(desired, group)) return
  await setDesiredCapacity({ autoScaling, autoScalingGroupName: plan.group }, desired)
  telemetry.logger.info('Set the desired capacity', {
    autoScalingGroupName: plan.group,
    from: group.desired,
    to: desired,
    because: plan.because,
  })
}

/**
 * Below what is there, or on its way there, Auto Scaling would choose whom to take, and nothing was proven about that. A launch
 * that succeeds in this moment may not be listed yet, so where no function chooses victims, desired is not lowered at all.
 */
const mayTakeInstances = (
  desired: number,
  { members, desired: before, hasVictimChooser }: ReadScaledGroup,
): boolean =>
  (desired < before && !hasVictimChooser) ||
  desired < members.filter(({ lifecycleState }) => /^(InService|Pending)/.test(lifecycleState)).length

/**
 * Takes instances away one by one, each after one more look at all groups: the proof was made for all of them together. After
 * an error only the next run's snapshot tells whether the removal was done, so its group is left alone; the others were proven
 * either way.
 *
 * @returns what failed.
 */
export const removeInstances = async (
  environment: CapacityEnvironment,
  { snapshot }: Surveyed,
  removals: readonly GroupRemoval[],
): Promise<readonly unknown[]> => {
  const taken = new Set<string>()
  const failures: unknown[] = []
  for (const { group, remove } of removals)
    failures.push(
      ...(await errorsOf(async () => {
        for (const id of remove) {
          const removing = { group, id, snapshot, taken: new Set(taken) }
          taken.add(id)
          if (!(await removeOne(environment, removing))) break
        }
      })),
    )
  return failures
}

interface Removing {
  readonly group: string
  readonly id: string
  readonly snapshot: ClusterSnapshot
  /** By this run, as far as it knows. */
  readonly taken: ReadonlySet<string>
}

/** @returns false where the world has moved on, and the rest of the group must be planned anew. */
const removeOne = async (environment: CapacityEnvironment, removing: Removing): Promise<boolean> => {
  const { observer, telemetry, settings } = environment
  const { group: autoScalingGroupName, id: instanceId } = removing
  const groups = await readScaledGroups(observer.clients.autoScaling, settings.groups)
  const own = groups.find(({ name }) => name === autoScalingGroupName)
  if (own === undefined || !mayLose(own, removing) || !isAllStillThere(groups, removing)) return false
  if (await hasGainedTasks(environment, removing)) return false
  await removeInstance(observer.clients.autoScalingOnce, instanceId)
  telemetry.logger.info('Took an instance out of its group', { autoScalingGroupName, instanceId })
  return true
}

/** ECS places tasks while we plan and remove: one that has come to the instance is in nobody's proof. */
const hasGainedTasks = async (
  { observer, settings }: CapacityEnvironment,
  { id, snapshot }: Removing,
): Promise<boolean> => {
  const arn = snapshot.instances.find(({ instanceId }) => instanceId === id)?.containerInstance?.arn
  if (arn === undefined) return false
  const place = { ecs: observer.clients.ecs, cluster: settings.cluster }
  const [now] = await readContainerInstances(place, [arn])
  const known = snapshot.tasks.filter(
    ({ containerInstanceArn, desiredStatus }) => containerInstanceArn === arn && desiredStatus === 'RUNNING',
  )
  return now?.status !== 'ACTIVE' || now.runningTasksCount + now.pendingTasksCount > known.length
}

/** In service, not protected, and the group wants exactly what it has: nobody else is at work on it. */
const mayLose = ({ members, desired, min }: ReadScaledGroup, { id, taken }: Removing): boolean => {
  const inService = members.filter((member) => isInService(member) && !taken.has(member.instanceId))
  const isThere = inService.some(
    ({ instanceId, isProtectedFromScaleIn }) => instanceId === id && !isProtectedFromScaleIn,
  )
  return isThere && desired > min && desired === inService.length
}

const isInService = ({ lifecycleState }: Member): boolean => lifecycleState === 'InService'

/** Whatever else leaves needs the room that the proof rests on: only what this run has taken may be missing, in any group. */
const isAllStillThere = (groups: readonly ReadScaledGroup[], { snapshot, taken }: Removing): boolean => {
  const inService = new Set(
    groups.flatMap(({ members }) => members.filter(isInService).map(({ instanceId }) => instanceId)),
  )
  return snapshot.instances.every(
    ({ instanceId, lifecycleState }) =>
      lifecycleState !== 'InService' || taken.has(instanceId) || inService.has(instanceId),
  )
}

const lookAgain = async ({ observer }: CapacityEnvironment, name: string): Promise<ReadScaledGroup> => {
  const [group] = await readScaledGroups(observer.clients.autoScaling, [name])
  if (group === undefined) throw new Error(`there is no group ${name}`)
  return group
}
