import { couldHold, type Bin } from './bin.ts'
import { growthOf, inServiceCount, membersOf } from './growth.ts'
import { isUsable } from './instance-state.ts'
import type { GroupPlan } from './plan.ts'
import { withinStep, type StepSize } from './reservation.ts'
import type { ClusterSnapshot, GroupSnapshot } from './snapshot.ts'
import type { Survey } from './survey.ts'
import type { TaskClass } from './task-class.ts'

/** How long desired may stay below what is there, because every choice was vetoed, before it is set back. */
const VETO_PATIENCE_MS = 5 * 60_000

/**
 * What each group should have, nothing taken away yet: what demand and headroom need, within step and maximum. Of a group
 * whose machines nobody knows, and which has none, one is launched to learn from.
 *
 * Desired below what is there for five minutes is set back to it: every instance was refused by a function that chooses
 * victims or is protected, and the group would take the first one that is not, whenever that may be. Without either the
 * two differ because something is under way, like an instance refresh that launches before it terminates.
 *
 * Desired above what is there while launches fail and nothing needs them is set down to what is there: the machines would
 * come when nobody expects them any more.
 */
export const planOut = (survey: Survey, step: StepSize): readonly GroupPlan[] => {
  const pupil = findPupil(survey)
  return survey.snapshot.groups.map((group) => planGroup({ group, survey, step, isPupil: group === pupil }))
}

interface OutQuestion {
  readonly group: GroupSnapshot
  readonly survey: Survey
  readonly step: StepSize
  /** It is to launch a machine to learn from. */
  readonly isPupil: boolean
}

const planGroup = ({ group, survey, step, isPupil }: OutQuestion): GroupPlan => {
  const { snapshot, needed } = survey
  const asIs = {
    group: group.name,
    desired: group.desired,
    desiredBefore: group.desired,
    remove: [],
    about: [],
  }
  if (group.isWeighted) return { ...asIs, because: 'weighted-group' }
  const { members, most, limitedBy } = growthOf(group, snapshot)
  const more = Math.min(withinStep(needed.get(group.name) ?? 0, step), most)
  const base = Math.max(group.desired, members.length)
  if (more > 0) return { ...asIs, desired: base + more, because: 'demand', about: waitingClasses(survey) }
  if (isPupil) return { ...asIs, desired: 1, because: 'unknown-machine', about: waitingClasses(survey) }
  if (isVetoOutlived(group, snapshot))
    return { ...asIs, desired: inServiceCount(snapshot, group), because: 'veto-outlived' }
  const launched = Math.max(group.min, members.length)
  const isHopeless = limitedBy === 'launches-fail' && group.desired > launched && group.holds.length === 0
  if (isHopeless && !mayServeWaiting(group, survey))
    return { ...asIs, desired: launched, because: 'launches-fail' }
  return { ...asIs, because: 'enough' }
}

const isVetoOutlived = (group: GroupSnapshot, snapshot: ClusterSnapshot): boolean => {
  const { desired, holds, hasVictimChooser, desiredBelowActualSince: since } = group
  if (since === undefined || snapshot.takenAt - since < VETO_PATIENCE_MS) return false
  const members = membersOf(group, snapshot)
  const isRefusable = hasVictimChooser || members.some((member) => member.isProtectedFromScaleIn)
  const isAllInService = members.every(({ lifecycleState }) => lifecycleState === 'InService')
  return isRefusable && isAllInService && holds.length === 0 && desired < members.length
}

/** The first of the groups that nobody knows, that have nothing, and that what waits in vain could be meant for. */
const findPupil = (survey: Survey): GroupSnapshot | undefined => {
  const waiting = classesInVain(survey)
  return survey.snapshot.groups.find((group) => {
    const { members, most } = growthOf(group, survey.snapshot)
    const isUntried = group.desired === 0 && members.length === 0 && most > 0
    const isUnknown = group.machines.length === 0 && !group.isWeighted
    return isUnknown && isUntried && waiting.some((taskClass) => isMeantFor(taskClass, group))
  })
}

const isMeantFor = (
  { requirements: { capacityProviders } }: TaskClass,
  { capacityProviderName = '' }: GroupSnapshot,
): boolean => capacityProviders.length === 0 || capacityProviders.includes(capacityProviderName)

/** What no group will bring a machine for, and could be placed if one did. */
const classesInVain = ({ demand, packing }: Survey): readonly TaskClass[] => {
  const unplaced = new Set(packing.unplaced.map(({ classKey }) => classKey))
  return demand.tasks
    .map(({ taskClass }) => taskClass)
    .filter(({ key, unmodelled }) => unplaced.has(key) && unmodelled.length === 0)
}

/**
 * Tasks wait, for a machine that is needed or for one that may not come, and the group is one that could take them: on the
 * machine that it launches, or on one that it has. What fits no machine at all waits for ever, and holds up nobody.
 */
export const mayServeWaiting = (group: GroupSnapshot, survey: Survey): boolean => {
  const { snapshot, packing, machines, admissions, bins } = survey
  const hopeless = packing.unplaced.filter(({ because }) => because === 'fits-no-machine')
  const isHopeless = new Set(hopeless.map(({ classKey }) => classKey))
  const waiting = [...classesInVain(survey), ...packing.awaiting].filter(({ key }) => !isHopeless.has(key))
  if (waiting.length === 0) return false
  const samples = machines.find((machine) => machine.group === group.name)?.samples ?? []
  const empties = [...samples, ...emptiesOf(group, snapshot, bins)]
  return waiting.some((taskClass) => empties.some((bin) => couldHold(taskClass, bin, admissions)))
}

/** What the group's instances would have without any task. */
const emptiesOf = ({ name }: GroupSnapshot, { instances }: ClusterSnapshot, bins: readonly Bin[]) => {
  const registered = new Map(
    instances.flatMap((instance) =>
      isUsable(instance) && instance.group === name
        ? [[instance.instanceId, instance.containerInstance.registered] as const]
        : [],
    ),
  )
  return bins.flatMap((bin) => {
    const left = registered.get(bin.id)
    return left === undefined ? [] : { ...bin, left }
  })
}

const waitingClasses = ({ demand }: Survey): readonly string[] =>
  [...new Set([...demand.tasks, ...demand.headroom].map(({ taskClass }) => taskClass.key))].slice(
    0,
    MOST_NAMES,
  )

/** A log line names so many services at most. */
const MOST_NAMES = 10
