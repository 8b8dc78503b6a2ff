import type { Random } from '../engine/random.ts'

/** A service as a scenario file says it, as far as the script needs to know it. */
export interface GeneratedService {
  readonly name: string
  readonly desired: number
  readonly [field: string]: unknown
}

/** Bounds that let ECS start first, stop first, do both, or do neither. */
const bounds = [
  { minimumHealthyPercent: 100, maximumPercent: 200 },
  { minimumHealthyPercent: 100, maximumPercent: 200 },
  { minimumHealthyPercent: 50, maximumPercent: 200 },
  { minimumHealthyPercent: 50, maximumPercent: 100 },
  { minimumHealthyPercent: 0, maximumPercent: 100 },
  { minimumHealthyPercent: 100, maximumPercent: 125 },
  { minimumHealthyPercent: 100, maximumPercent: 100 },
] as const

export const generateServices = (random: Random): readonly GeneratedService[] =>
  Array.from({ length: random.integer(0, 3) }, (_, index) => ({
    ...generateTask(random, `service-${index + 1}`),
    desired: random.integer(1, 5),
    ...random.pick(bounds),
    ...(random.chance(0.6) && { loadBalancer: loadBalancer(random) }),
    ...(random.chance(0.2) && { protectedTasks: 1 }),
    ...(random.chance(0.15) && { placementConstraints: [{ type: 'distinctInstance' }] }),
    ...(random.chance(0.1) && { hostPort: 8_080 + index }),
  }))

export const generateDaemons = (random: Random) =>
  random.chance(0.4) ? [{ ...generateTask(random, 'logs'), cpu: 64, memory: 128 }] : []

/** Jobs run when virtual time begins, so there must be room for them beside the services. */
export const generateStandaloneTasks = (
  random: Random,
  {
    roomFor,
    isRegistered,
  }: { readonly roomFor: readonly GeneratedService[]; readonly isRegistered: boolean },
) =>
  random.chance(0.3) && isRegistered && isRoomLeft(roomFor)
    ? [
        {
          ...generateTask(random, 'job'),
          cpu: 64,
          memory: 128,
          count: random.integer(1, 2),
          ...(random.chance(0.7) && { runSeconds: random.integer(30, 900) }),
        },
      ]
    : []

const isRoomLeft = (services: readonly GeneratedService[]): boolean =>
  takenOf(services, 'cpu') <= ROOMY.cpu && takenOf(services, 'memory') <= ROOMY.memory

const takenOf = (services: readonly GeneratedService[], resource: 'cpu' | 'memory'): number =>
  services.reduce((sum, service) => sum + service.desired * Number(service[resource]), 0)

/** Of the 2,048 CPU units and 7,680 MiB that the one instance of the smallest cluster has. */
const ROOMY = { cpu: 1_500, memory: 6_500 } as const

/** One in six takes longer to stop than it is given, so that it must be killed. */
const generateTask = (random: Random, name: string) => {
  const stopTimeoutSeconds = random.integer(2, 40)
  return {
    name,
    cpu: random.pick([128, 256, 512]),
    memory: random.pick([128, 512, 1_024]),
    startSeconds: random.integer(1, 20),
    stopSeconds: random.chance(1 / 6) ? stopTimeoutSeconds + 30 : random.integer(0, stopTimeoutSeconds),
    stopTimeoutSeconds,
  }
}

const loadBalancer = (random: Random) => ({
  deregistrationDelaySeconds: random.pick([0, 5, 20, 60, 120]),
  healthCheckIntervalSeconds: random.integer(5, 15),
})
