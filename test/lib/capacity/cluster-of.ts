import type {
  ClusterSnapshot,
  ContainerInstanceSnapshot,
  GroupSnapshot,
  InstanceSnapshot,
  MachineType,
  Resources,
} from '../../../lib/capacity/snapshot.ts'
import type { ServiceSnapshot, TaskNeed, TaskSnapshot } from '../../../lib/capacity/workload.ts'

export const NOW = Date.UTC(2026, 10, 21, 12)
export const GROUP = 'ecs-web-a'
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']

export const room = (cpu: number, memory: number, more: Partial<Resources> = {}): Resources => ({
  cpu,
  memory,
  gpu: 0,
  enis: 0,
  ...more,
})

export const need = (cpu: number, memory: number, more: Partial<TaskNeed> = {}): TaskNeed => ({
  ...room(cpu, memory),
  hostPorts: [],
  placementConstraints: [],
  requiresAttributes: [],
  unmodelled: [],
  ...more,
})

export const machine = (total = room(4_096, 8_192), more: Partial<MachineType> = {}): MachineType => ({
  instanceType: 'm6g.xlarge',
  total,
  attributes: { 'ecs.os-type': 'linux' },
  source: 'registered',
  ...more,
})

export const group = (more: Partial<GroupSnapshot> = {}): GroupSnapshot => ({
  name: GROUP,
  min: 0,
  max: 10_000,
  desired: 0,
  zones: ZONES,
  machines: [machine()],
  isWeighted: false,
  suspendedProcesses: [],
  hasVictimChooser: false,
  holds: [],
  ...more,
})

/** A service and what runs of it: on which instances, by their place in the cluster. */
export interface ServiceOf extends Partial<ServiceSnapshot> {
  readonly name: string
  readonly need: TaskNeed
  readonly on?: readonly number[]
  readonly task?: Partial<TaskSnapshot>
}

export interface InstanceOf extends Partial<Omit<InstanceSnapshot, 'containerInstance'>> {
  readonly registered?: Resources
  /** Taken by what is not in the snapshot. */
  readonly used?: Resources
  /** `null`: the cluster does not know it. */
  readonly container?: Partial<ContainerInstanceSnapshot> | null
}

export interface ClusterOf {
  readonly group?: Partial<GroupSnapshot>
  readonly groups?: readonly GroupSnapshot[]
  readonly instances?: readonly InstanceOf[]
  readonly services?: readonly ServiceOf[]
  readonly tasks?: readonly TaskSnapshot[]
}

export const instanceId = (index: number): string => `i-${String(index).padStart(4, '0')}`
const arnOf = (index: number): string => `arn:container-instance/${instanceId(index)}`

/** A whole snapshot: what each instance has left follows from the tasks that are put on it. */
export const clusterOf = ({
  group: groupPart,
  groups,
  instances = [],
  services = [],
  tasks = [],
}: ClusterOf): ClusterSnapshot => {
  const running = services.flatMap(tasksOf)
  const all = [...running.map(({ task }) => task), ...tasks]
  return {
    takenAt: NOW,
    groups: groups ?? [group({ desired: instances.length, ...groupPart })],
    instances: instances.map((each, index) =>
      instanceOf(
        each,
        index,
        running.filter(({ at }) => at === index).map((one) => one.need),
      ),
    ),
    services: services.map(serviceOf),
    tasks: all,
    taskDefinitions: new Map(services.map(({ name, need: taskNeed }) => [definitionOf(name), taskNeed])),
  }
}

const definitionOf = (name: string): string => `arn:task-definition/${name}:1`

const tasksOf = ({ name, need: taskNeed, on = [], task }: ServiceOf) =>
  on.map((at, index) => ({
    at,
    need: taskNeed,
    task: {
      arn: `arn:task/${name}-${index}`,
      containerInstanceArn: arnOf(at),
      taskDefinitionArn: definitionOf(name),
      group: `service:${name}`,
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      isProtected: false,
      ...task,
    },
  }))

const serviceOf = ({ need: _need, on = [], task: _task, name, ...more }: ServiceOf): ServiceSnapshot => ({
  name,
  isDaemon: false,
  desiredCount: on.length,
  taskDefinitionArn: definitionOf(name),
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  placementConstraints: [],
  capacityProviders: [],
  isDeploying: false,
  ...more,
})

const instanceOf = (
  { registered = room(4_096, 8_192), used = room(0, 0), container = {}, ...more }: InstanceOf,
  index: number,
  needs: readonly TaskNeed[],
): InstanceSnapshot => ({
  instanceId: instanceId(index),
  group: GROUP,
  zone: ZONES[index % ZONES.length]!,
  instanceType: 'm6g.xlarge',
  lifecycleState: 'InService',
  isProtectedFromScaleIn: false,
  ...more,
  ...(container !== null && {
    containerInstance: {
      arn: arnOf(index),
      status: 'ACTIVE',
      agentConnected: true,
      registered,
      remaining: needs.reduce(subtract, subtract(registered, used)),
      usedPorts: needs.flatMap(({ hostPorts }) => hostPorts),
      attributes: { 'ecs.os-type': 'linux' },
      ...container,
    },
  }),
})

const subtract = (left: Resources, taken: Resources): Resources => ({
  cpu: left.cpu - taken.cpu,
  memory: left.memory - taken.memory,
  gpu: left.gpu - taken.gpu,
  enis: left.enis - taken.enis,
})

/** A standalone task. */
export const standalone = (more: Partial<TaskSnapshot> & { readonly at?: number } = {}): TaskSnapshot => {
  const { at, ...task } = more
  return {
    arn: 'arn:task/report',
    taskDefinitionArn: definitionOf('report'),
    group: 'family:report',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    isProtected: false,
    ...(at !== undefined && { containerInstanceArn: arnOf(at) }),
    ...task,
  }
}

/** So many times the same. */
export const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value)
