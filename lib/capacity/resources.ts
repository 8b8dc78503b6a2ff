import type { Resources } from './snapshot.ts'

export const RESOURCE_NAMES = ['cpu', 'memory', 'gpu', 'enis'] as const
export type ResourceName = (typeof RESOURCE_NAMES)[number]

export const NO_RESOURCES: Resources = { cpu: 0, memory: 0, gpu: 0, enis: 0 }

export const plus = (one: Resources, other: Resources): Resources => ({
  cpu: one.cpu + other.cpu,
  memory: one.memory + other.memory,
  gpu: one.gpu + other.gpu,
  enis: one.enis + other.enis,
})

export const times = (count: number, { cpu, memory, gpu, enis }: Resources): Resources => ({
  cpu: count * cpu,
  memory: count * memory,
  gpu: count * gpu,
  enis: count * enis,
})

/** Never below nothing: an agent may run more than it now says it has. */
export const minus = (one: Resources, other: Resources): Resources => ({
  cpu: Math.max(0, one.cpu - other.cpu),
  memory: Math.max(0, one.memory - other.memory),
  gpu: Math.max(0, one.gpu - other.gpu),
  enis: Math.max(0, one.enis - other.enis),
})

/** Of each resource what all of them have together. A loop over plain numbers: proofs on large clusters add up a million times. */
export const sumOf = (all: readonly Resources[]): Resources => {
  let [cpu, memory, gpu, enis] = [0, 0, 0, 0]
  for (const each of all) {
    cpu += each.cpu
    memory += each.memory
    gpu += each.gpu
    enis += each.enis
  }
  return { cpu, memory, gpu, enis }
}

/** Of each resource what every one of them has. */
export const leastOf = ([first = NO_RESOURCES, ...others]: readonly Resources[]): Resources =>
  others.reduce<Resources>(
    (least, { cpu, memory, gpu, enis }) => ({
      cpu: Math.min(least.cpu, cpu),
      memory: Math.min(least.memory, memory),
      gpu: Math.min(least.gpu, gpu),
      enis: Math.min(least.enis, enis),
    }),
    first,
  )

/** Of each resource what the best of them has. */
export const mostOf = (all: readonly Resources[]): Resources => {
  let [cpu, memory, gpu, enis] = [0, 0, 0, 0]
  for (const each of all) {
    cpu = Math.max(cpu, each.cpu)
    memory = Math.max(memory, each.memory)
    gpu = Math.max(gpu, each.gpu)
    enis = Math.max(enis, each.enis)
  }
  return { cpu, memory, gpu, enis }
}

/**
 * How many tasks of one size go into what is left, by resources alone: the least over resources of ⌊left / need⌋. With
 * 1,000 units and 200 MiB left, a task of 128 units and 128 MiB goes in once. One that needs nothing goes in without end.
 */
export const slotsIn = (left: Resources, need: Resources): number => {
  let slots = Infinity
  if (need.cpu > 0) slots = Math.min(slots, Math.floor(left.cpu / need.cpu))
  if (need.memory > 0) slots = Math.min(slots, Math.floor(left.memory / need.memory))
  if (need.gpu > 0) slots = Math.min(slots, Math.floor(left.gpu / need.gpu))
  if (need.enis > 0) slots = Math.min(slots, Math.floor(left.enis / need.enis))
  return Math.max(0, slots)
}

/** The largest part of any one resource that a need takes of a whole; what the whole lacks counts as more than all of it. */
export const dominantShare = (need: Resources, whole: Resources): number =>
  Math.max(...RESOURCE_NAMES.map((name) => shareOf(need[name], whole[name])))

const shareOf = (need: number, whole: number): number => {
  if (need === 0) return 0
  return whole > 0 ? need / whole : Number.MAX_SAFE_INTEGER
}
