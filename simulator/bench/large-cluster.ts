import type { ClusterSnapshot, InstanceSnapshot, Resources } from '../../lib/capacity/snapshot.ts'
import type { ServiceSnapshot, TaskNeed, TaskSnapshot } from '../../lib/capacity/workload.ts'

const GROUP = 'ecs-web-a'
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']
const TASKS_ON_INSTANCE = 10
const INSTANCES_FOR_SERVICE = 10
const MACHINE: Resources = { cpu: 8_192, memory: 16_384, gpu: 0, enis: 0 }
/** CPU units and MiB; each service adds a little of its own, so that no two are packed as one. */
const SIZES = [
  { cpu: 128, memory: 256 },
  { cpu: 256, memory: 512 },
  { cpu: 512, memory: 1_024 },
  { cpu: 384, memory: 640 },
  { cpu: 200, memory: 900 },
] as const

/**
 * A cluster of so many instances and ten times as many tasks, a service for each ten instances. `waiting`: no task has a
 * place yet; `running`: all have.
 */
export const largeCluster = (instanceCount: number, tasks: 'waiting' | 'running'): ClusterSnapshot => {
  const serviceCount = Math.ceil(instanceCount / INSTANCES_FOR_SERVICE)
  const needs = Array.from({ length: serviceCount }, (_, service) => needOf(service))
  const running = tasks === 'waiting' ? [] : runningTasks(instanceCount, serviceCount)
  return {
    takenAt: 0,
    groups: [
      {
        name: GROUP,
        min: 0,
        max: 2 * instanceCount,
        desired: instanceCount,
        zones: ZONES,
        machines: [{ instanceType: 'm6g.2xlarge', total: MACHINE, attributes: {}, source: 'registered' }],
        isWeighted: false,
        suspendedProcesses: [],
        hasVictimChooser: false,
        holds: [],
      },
    ],
    instances: Array.from({ length: instanceCount }, (_, at) => instanceOf(at, running, needs)),
    services: needs.map((_, service) =>
      serviceOf(service, (instanceCount * TASKS_ON_INSTANCE) / serviceCount),
    ),
    tasks: running.flat(),
    taskDefinitions: new Map(needs.map((need, service) => [`definition-${service}`, need])),
  }
}

const needOf = (service: number): TaskNeed => {
  const { cpu, memory } = SIZES[service % SIZES.length] ?? SIZES[0]
  const own = Math.floor(service / SIZES.length)
  return {
    cpu: cpu + own,
    memory: memory + own,
    gpu: 0,
    enis: 0,
    hostPorts: [],
    placementConstraints: [],
    requiresAttributes: [],
    unmodelled: [],
  }
}

/** By instance: neighbours run different mixtures. */
const runningTasks = (instanceCount: number, serviceCount: number): readonly (readonly TaskSnapshot[])[] =>
  Array.from({ length: instanceCount }, (_, at) =>
    Array.from({ length: TASKS_ON_INSTANCE }, (__, seat) => {
      const service = (at * TASKS_ON_INSTANCE + seat) % serviceCount
      return {
        arn: `task-${at}-${seat}`,
        containerInstanceArn: `container-instance-${at}`,
        taskDefinitionArn: `definition-${service}`,
        group: `service:service-${service}`,
        lastStatus: 'RUNNING',
        desiredStatus: 'RUNNING',
        isProtected: false,
      }
    }),
  )

const instanceOf = (
  at: number,
  running: readonly (readonly TaskSnapshot[])[],
  needs: readonly TaskNeed[],
): InstanceSnapshot => {
  const here = (running[at] ?? []).map((_, seat) => needs[(at * TASKS_ON_INSTANCE + seat) % needs.length])
  const taken = (name: 'cpu' | 'memory'): number => here.reduce((sum, need) => sum + (need?.[name] ?? 0), 0)
  return {
    instanceId: `i-${String(at).padStart(5, '0')}`,
    group: GROUP,
    zone: ZONES[at % ZONES.length] ?? '',
    instanceType: 'm6g.2xlarge',
    lifecycleState: 'InService',
    isProtectedFromScaleIn: false,
    containerInstance: {
      arn: `container-instance-${at}`,
      status: 'ACTIVE',
      agentConnected: true,
      registered: MACHINE,
      remaining: { ...MACHINE, cpu: MACHINE.cpu - taken('cpu'), memory: MACHINE.memory - taken('memory') },
      usedPorts: [],
      attributes: {},
    },
  }
}

const serviceOf = (service: number, desiredCount: number): ServiceSnapshot => ({
  name: `service-${service}`,
  isDaemon: false,
  desiredCount,
  taskDefinitionArn: `definition-${service}`,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  placementConstraints: [],
  capacityProviders: [],
  isDeploying: false,
})
