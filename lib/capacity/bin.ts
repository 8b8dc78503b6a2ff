import { isRoomSoon, isUsable, isWanted, type RegisteredInstance } from './instance-state.ts'
import { minus, slotsIn, times } from './resources.ts'
import type { ClusterSnapshot, Resources } from './snapshot.ts'
import { admits, type TaskClass, type Traits, type Workload } from './task-class.ts'

/** What tasks go into: an instance as it is, or a machine that would come. Packing works on copies of it. */
export interface Bin {
  /** An instance id, or `ecs-web-a new 1`. */
  readonly id: string
  readonly traits: Traits
  readonly left: Resources
  readonly usedPorts: ReadonlySet<string>
  /** Groups with a task there, which `distinctInstance` keeps away. */
  readonly taskGroups: ReadonlySet<string>
}

/** What the instances of a snapshot have left, each less what the daemons that it still lacks will take. */
export interface Room {
  /** On which ECS may place a task now. */
  readonly now: readonly Bin[]
  /** On which it may most likely soon (`isRoomSoon`). */
  readonly soon: readonly Bin[]
}

export const roomOf = (snapshot: ClusterSnapshot, { daemons }: Workload): Room => {
  const taskGroups = taskGroupsByInstance(snapshot)
  const toBin = (instance: RegisteredInstance): Bin => {
    const groups = taskGroups.get(instance.containerInstance.arn) ?? NO_GROUPS
    const missing = daemons.filter(({ taskGroup }) => !groups.has(taskGroup))
    return withDaemons(binOf(instance, groups), missing)
  }
  const soon = snapshot.instances.flatMap((each) => (isRoomSoon(each, snapshot.takenAt) ? each : []))
  return { now: snapshot.instances.filter(isUsable).map(toBin), soon: soon.map(toBin) }
}

const NO_GROUPS: ReadonlySet<string> = new Set()

/** A task that is stopping does not keep its instance (`distinctInstance` looks at desired states). */
const taskGroupsByInstance = ({ tasks }: ClusterSnapshot): ReadonlyMap<string, ReadonlySet<string>> => {
  const groups = new Map<string, Set<string>>()
  for (const task of tasks) {
    if (task.containerInstanceArn === undefined || !isWanted(task)) continue
    const there = groups.get(task.containerInstanceArn) ?? new Set()
    groups.set(task.containerInstanceArn, there.add(task.group))
  }
  return groups
}

const binOf = (instance: RegisteredInstance, taskGroups: ReadonlySet<string>): Bin => {
  const { attributes, capacityProviderName, remaining, usedPorts } = instance.containerInstance
  return {
    id: instance.instanceId,
    traits: {
      attributes: { [ZONE_ATTRIBUTE]: instance.zone, ...attributes },
      ...(capacityProviderName !== undefined && { capacityProviderName }),
      isAgentAssumed: false,
    },
    left: remaining,
    usedPorts: new Set(usedPorts),
    taskGroups,
  }
}

/** Built in: each container instance has it ("Amazon ECS container instance attributes"). */
export const ZONE_ATTRIBUTE = 'ecs.availability-zone'

/**
 * The share of the daemons that its constraints admit is taken before any other task comes. A daemon that does not fit
 * takes nothing: ECS does not place it either.
 */
export const withDaemons = (bin: Bin, daemons: readonly TaskClass[]): Bin => {
  const opened = open(bin)
  for (const daemon of daemons)
    if (admits(daemon.requirements, bin.traits) && roomFor(daemon, opened) > 0) put(opened, daemon, 1)
  return { ...bin, left: opened.left, usedPorts: opened.usedPorts }
}

/** A bin while tasks go in. */
export interface OpenBin {
  readonly bin: Bin
  left: Resources
  usedPorts: ReadonlySet<string>
  taskGroups: ReadonlySet<string>
}

export const open = (bin: Bin): OpenBin => ({
  bin,
  left: bin.left,
  usedPorts: bin.usedPorts,
  taskGroups: bin.taskGroups,
})

/**
 * The most tasks of one kind that are counted on one instance. A task may ask for no CPU and next to no memory, and
 * would fit without end; no agent runs a thousand containers.
 */
const MOST_TASKS_ON_INSTANCE = 1_000

/** How many more tasks of a class go in, whether or not its constraints admit the instance. */
export const roomFor = (
  { need, isDistinct, taskGroup }: TaskClass,
  { left, usedPorts, taskGroups }: Pick<Bin, 'left' | 'usedPorts' | 'taskGroups'>,
): number => {
  const slots = Math.min(MOST_TASKS_ON_INSTANCE, slotsIn(left, need))
  if (slots === 0) return 0
  if (isDistinct && taskGroups.has(taskGroup)) return 0
  if (need.hostPorts.length === 0) return isDistinct ? 1 : slots
  return need.hostPorts.some((port) => usedPorts.has(port)) ? 0 : 1
}

export const put = (opened: OpenBin, { need, isDistinct, taskGroup }: TaskClass, count: number): void => {
  opened.left = minus(opened.left, times(count, need))
  if (need.hostPorts.length > 0) opened.usedPorts = new Set([...opened.usedPorts, ...need.hostPorts])
  if (isDistinct) opened.taskGroups = new Set([...opened.taskGroups, taskGroup])
}

/** Whether one task of the class would go onto the instance if nothing but its resources and constraints counted. */
export const couldHold = (taskClass: TaskClass, bin: Bin, admissions: Admissions): boolean =>
  slotsIn(bin.left, taskClass.need) > 0 && admissions.admits(taskClass, bin)

/** Remembers which bins requirements admit: few requirements meet many bins, again and again. */
export class Admissions {
  readonly #known = new Map<string, WeakMap<Traits, boolean>>()

  admits({ requirements, unmodelled }: TaskClass, { traits }: Bin): boolean {
    if (unmodelled.length > 0) return false
    const ofThese = this.#known.get(requirements.key) ?? new WeakMap<Traits, boolean>()
    this.#known.set(requirements.key, ofThese)
    const known = ofThese.get(traits) ?? admits(requirements, traits)
    ofThese.set(traits, known)
    return known
  }
}
