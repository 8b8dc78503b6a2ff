import { execFileSync } from 'node:child_process'
import { execPath } from 'node:process'

/** What one kind of work takes on a cluster of one size. */
export interface CapacityMeasured {
  readonly cpuMs: number
  /** The most memory of the whole process, Node.js itself and the snapshot included. */
  readonly megabytes: number
  /** Machines that the packing adds, or instances that were found to go all together. */
  readonly count: number
}

/**
 * `packing`: to find room for every task, none having a place yet. `planning`: to find which instances can go all together
 * while every task runs, and to plan from it.
 */
export type CapacityWork = 'packing' | 'planning'

const PROGRAM = new URL('./measure-capacity.ts', import.meta.url).pathname

/** In a process of its own, so that the memory of one is not counted for another. */
export const measureCapacity = (work: CapacityWork, instances: number): CapacityMeasured =>
  JSON.parse(
    execFileSync(execPath, [PROGRAM, work, String(instances)], { encoding: 'utf8' }),
  ) as CapacityMeasured
