import { Admissions, roomOf, type Bin } from './bin.ts'
import { demandOf, type Demand } from './demand.ts'
import { leastMachines } from './lower-bound.ts'
import { newMachines, type NewMachine } from './new-machine.ts'
import { packTasks, type Packing, type Unplaced } from './packing.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import { classify, type ClassCount, type Workload } from './task-class.ts'

/** A snapshot with what follows from it: computed once, then measured, planned and ranked from. */
export interface Survey {
  readonly snapshot: ClusterSnapshot
  readonly workload: Workload
  /** Instances on which ECS may place a task now. */
  readonly bins: readonly Bin[]
  readonly machines: readonly NewMachine[]
  readonly admissions: Admissions
  readonly demand: Demand
  /** Of the headroom what has room, now or on machines that may come. */
  readonly headroomWithRoom: readonly ClassCount[]
  readonly packing: Packing
  /** How many machines each group must add to those that are coming, for demand and headroom. Before step and budget. */
  readonly needed: ReadonlyMap<string, number>
  /** No packing needs fewer, over all groups. */
  readonly leastNeeded: number
}

/** @param headroomPercent room to keep free, in percent of each replica service's desired count. */
export const surveyCluster = (snapshot: ClusterSnapshot, headroomPercent: number): Survey => {
  const workload = classify(snapshot)
  const admissions = new Admissions()
  const { now: bins, soon } = roomOf(snapshot, workload)
  const machines = newMachines(snapshot, workload)
  const demand = demandOf(snapshot, workload, headroomPercent)
  const packing = packTasks({
    tasks: demand.tasks,
    spare: demand.headroom,
    bins: [...bins, ...soon],
    machines,
  })
  const headroomWithRoom = without(demand.headroom, packing.unplacedSpare)
  const placed = [...without(demand.tasks, packing.unplaced), ...headroomWithRoom]
  const coming = machines.flatMap(({ bin, comingCount }) =>
    Array.from({ length: comingCount }, (_, nth) => bin(nth)),
  )
  const leastNeeded = leastMachines({
    tasks: placed,
    bins: [...bins, ...soon, ...coming],
    machines: machines.flatMap(({ samples }) => samples),
    admissions,
  })
  return {
    ...{ snapshot, workload, bins, machines, admissions, demand, headroomWithRoom, packing, leastNeeded },
    needed: packing.added,
  }
}

const without = (counts: readonly ClassCount[], unplaced: readonly Unplaced[]): readonly ClassCount[] => {
  const missing = new Map(unplaced.map(({ classKey, count }) => [classKey, count]))
  return counts
    .map(({ taskClass, count }) => ({ taskClass, count: count - (missing.get(taskClass.key) ?? 0) }))
    .filter(({ count }) => count > 0)
}

/** Headroom tasks that go in now, beside everything that is to be placed: what is there, not what may come. */
export const headroomNow = ({ demand, bins }: Survey): number => {
  const { unplacedSpare } = packTasks({ tasks: demand.tasks, spare: demand.headroom, bins, machines: [] })
  const wanted = demand.headroom.reduce((sum, { count }) => sum + count, 0)
  return wanted - unplacedSpare.reduce((sum, { count }) => sum + count, 0)
}
