import type { MetricSample } from '../cloudwatch/metric.ts'
import { ManagedScalers } from './managed-scaling.ts'
import { WaitingTasks } from './waiting-tasks.ts'
import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Machines } from '../ec2/machine.ts'
import type { AwsEvent, PublishEvent } from '../event.ts'
import type { LoadBalancing } from '../load-balancing/load-balancing.ts'
import type { ServiceModel } from '../operation.ts'
import { Agents } from './agents.ts'
import { Arns, type Account } from './arns.ts'
import { defaultEcsAssumptions, type EcsAssumptions } from './assumptions.ts'
import { CapacityProviders } from './capacity-providers.ts'
import { ClusterEvents } from './cluster-events.ts'
import { Cluster, type Service, type Task } from './cluster.ts'
import { ContainerInstances } from './container-instances.ts'
import { DaemonScheduler } from './daemon-scheduler.ts'
import {
  capacityProviderNameOf,
  groupsByName,
  managedScalingOf,
  type EcsGroup,
  type GroupOf,
} from './ecs-group.ts'
import { Images } from './images.ts'
import { ManagedDraining } from './managed-draining.ts'
import { References } from './operations/references.ts'
import { OwnAutoScaling } from './own-auto-scaling.ts'
import { ReplicaScheduler } from './replica-scheduler.ts'
import { ServiceNotices } from './service-notices.ts'
import { ServiceScheduler } from './service-scheduler.ts'
import { Services } from './services.ts'
import { SpotDraining } from './spot-draining.ts'
import { StartThrottle } from './start-throttle.ts'
import { TaskEndings } from './task-endings.ts'
import { TaskLife } from './task-life.ts'
import { TaskProtection } from './task-protection.ts'

export interface EcsOptions {
  readonly simulation: Simulation
  readonly account: Account
  readonly clusterName: string
  readonly machines: Machines
  readonly loadBalancing: LoadBalancing
  readonly publish: PublishEvent
  /** Auto Scaling groups whose machines join the cluster. */
  readonly groups: readonly EcsGroup[]
  /** What ECS asks about groups behind a capacity provider; not needed without one. Called only when virtual time runs. */
  readonly autoScaling?: () => ServiceModel
  /** Takes ECS's own metrics; absent: nobody reads them. */
  readonly putMetric?: (sample: MetricSample) => void
  readonly assumptions?: Partial<EcsAssumptions>
}

/** What every part of the model stands on. */
interface Ground {
  readonly simulation: Simulation
  readonly now: () => number
  readonly random: Random
  readonly arns: Arns
  readonly cluster: Cluster
  readonly loadBalancing: LoadBalancing
  readonly assumptions: EcsAssumptions
  readonly events: ClusterEvents
  readonly endings: TaskEndings
  readonly images: Images
  readonly groupOf: GroupOf
}

export interface EcsParts extends Ground {
  readonly machines: Machines
  readonly references: References
  readonly life: TaskLife
  readonly waiting: WaitingTasks
  readonly services: Services
  readonly scheduler: ServiceScheduler
  readonly containerInstances: ContainerInstances
  readonly protection: TaskProtection
  readonly capacityProviders: CapacityProviders
  /** Tells ECS and its agents of another service's event. */
  readonly hear: (event: AwsEvent) => void
}

/** Builds the parts and ties them together: tasks tell the scheduler, and the scheduler moves tasks. */
export const buildEcsParts = (options: EcsOptions): EcsParts => {
  const ground = layGround(options)
  const { arns, cluster, events, simulation } = ground
  const { machines, groups } = options
  const onChange = (task: Task) => {
    events.taskChanged(task)
    if (changesResources(task)) events.containerInstanceChanged(task.containerInstance)
    scheduler.taskChanged(task)
    if (task.lastStatus === 'STOPPED') managedDraining.taskStopped(task.containerInstance)
    if (task.lastStatus === 'PROVISIONING') managedScalers.taskPlaced(task.containerInstance)
  }
  const life = new TaskLife({ ...ground, onChange })
  const { services, scheduler, waiting } = buildSchedulers(ground, life)
  const containerInstances = new ContainerInstances({ ...ground, life, onChange: () => scheduler.wakeAll() })
  const references = new References(cluster, arns)
  const protection = new TaskProtection(simulation, (service) => scheduler.wake(service))
  const random = simulation.randomFor('ecs-capacity-providers')
  const own = new OwnAutoScaling(options.autoScaling)
  const capacityProviders = new CapacityProviders({ groups, arns, random, groupArnOf: own.groupArnOf })
  const followers = { ...ground, random, machines, groups, containerInstances }
  const managedDraining = new ManagedDraining({ ...followers, askAutoScaling: own.ask })
  const { putMetric = () => undefined } = options
  const managedScalers = new ManagedScalers({ ...followers, waiting, autoScaling: own, putMetric })
  const spotDraining = new SpotDraining(followers)
  new Agents({ ...followers, life }).followMachines()
  const hear = (event: AwsEvent) => {
    managedDraining.hear(event)
    spotDraining.hear(event)
  }
  const changing = { life, waiting, services, scheduler, containerInstances, protection }
  return { ...ground, ...changing, machines, references, capacityProviders, hear }
}

const buildSchedulers = (
  ground: Ground,
  life: TaskLife,
): Pick<EcsParts, 'services' | 'scheduler' | 'waiting'> => {
  const { loadBalancing, assumptions } = ground
  const services = new Services({
    ...ground,
    createTargetGroup: (name, spec) => loadBalancing.createTargetGroup(name, spec),
  })
  const notices = new ServiceNotices(ground)
  const longestRetryMs = assumptions.longestStartRetryMinutes * 60_000
  const wake = (service: Service) => scheduler.wake(service)
  const throttle = new StartThrottle({ ...ground, notices, longestRetryMs, wake })
  const longestWaitMs = assumptions.longestProvisioningMinutes * 60_000
  const waiting = new WaitingTasks({ ...ground, life, longestWaitMs, wake })
  const parts = { ...ground, life, waiting, services, notices, throttle }
  const daemons = new DaemonScheduler(parts)
  const scaleInRandom = ground.simulation.randomFor('ecs-scale-in')
  const replicas = new ReplicaScheduler({ ...parts, scaleInRandom })
  const scheduler = new ServiceScheduler({ ...ground, throttle, waiting, daemons, replicas })
  return { services, scheduler, waiting }
}

const layGround = (options: EcsOptions): Ground => {
  const { simulation, account, clusterName, loadBalancing, publish } = options
  const { now } = simulation
  const arns = new Arns(account, clusterName)
  return {
    simulation,
    now,
    random: simulation.randomFor('ecs'),
    arns,
    cluster: new Cluster(
      options.groups.filter(isScaled).flatMap((group) => capacityProviderNameOf(group) ?? []),
    ),
    loadBalancing,
    assumptions: { ...defaultEcsAssumptions, ...options.assumptions },
    events: new ClusterEvents({ arns, now, publish }),
    endings: new TaskEndings(now),
    images: new Images(now),
    groupOf: groupsByName(options.groups),
  }
}

const isScaled = (group: EcsGroup): boolean => managedScalingOf(group) !== undefined

/** Placing and stopping a task changes what its instance has left, which is an event of the instance too. */
const changesResources = ({ lastStatus, desiredStatus, containerInstance }: Task): boolean =>
  containerInstance.status !== 'INACTIVE' &&
  (lastStatus === 'STOPPED' || (lastStatus === 'PROVISIONING' && desiredStatus === 'RUNNING'))
