import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { GroupSpec } from '../../world/world-spec.ts'
import type { Machines } from '../ec2/machine.ts'
import type { PublishEvent } from '../event.ts'
import type { LoadBalancing } from '../load-balancing/load-balancing.ts'
import { Agents } from './agents.ts'
import { Arns, type Account } from './arns.ts'
import { defaultEcsAssumptions, type EcsAssumptions } from './assumptions.ts'
import { ClusterEvents } from './cluster-events.ts'
import { Cluster, type Task } from './cluster.ts'
import { ContainerInstances } from './container-instances.ts'
import { DaemonScheduler } from './daemon-scheduler.ts'
import { References } from './operations/references.ts'
import { ReplicaScheduler } from './replica-scheduler.ts'
import { ServiceNotices } from './service-notices.ts'
import { ServiceScheduler } from './service-scheduler.ts'
import { Services } from './services.ts'
import { TaskEndings } from './task-endings.ts'
import { TaskLife } from './task-life.ts'

export interface EcsOptions {
  readonly simulation: Simulation
  readonly account: Account
  readonly clusterName: string
  readonly machines: Machines
  readonly loadBalancing: LoadBalancing
  readonly publish: PublishEvent
  /** Auto Scaling groups whose machines join the cluster, and how long their agents take. */
  readonly groups: readonly Pick<GroupSpec, 'name' | 'registrationSeconds'>[]
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
}

export interface EcsParts extends Ground {
  readonly machines: Machines
  readonly references: References
  readonly life: TaskLife
  readonly services: Services
  readonly scheduler: ServiceScheduler
  readonly containerInstances: ContainerInstances
}

/** Builds the parts and ties them together: tasks tell the scheduler, and the scheduler moves tasks. */
export const buildEcsParts = (options: EcsOptions): EcsParts => {
  const ground = layGround(options)
  const { arns, cluster, events, loadBalancing } = ground
  const onChange = (task: Task) => {
    events.taskChanged(task)
    if (changesResources(task)) events.containerInstanceChanged(task.containerInstance)
    scheduler.taskChanged(task)
  }
  const life = new TaskLife({ ...ground, onChange })
  const services = new Services({
    ...ground,
    createTargetGroup: (name, spec) => loadBalancing.createTargetGroup(name, spec),
  })
  const notices = new ServiceNotices(ground)
  const daemons = new DaemonScheduler({ cluster, life, services, notices })
  const replicas = new ReplicaScheduler({ ...ground, life, services, notices })
  const scheduler = new ServiceScheduler({ ...ground, daemons, replicas })
  const containerInstances = new ContainerInstances({ ...ground, life, onChange: () => scheduler.wakeAll() })
  const references = new References(cluster, arns)
  const { machines } = options
  const parts = { ...ground, machines, references, life, services, scheduler, containerInstances }
  new Agents({ ...parts, registrationSeconds: registrationSecondsOf(options.groups) }).followMachines()
  return parts
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
    cluster: new Cluster(),
    loadBalancing,
    assumptions: { ...defaultEcsAssumptions, ...options.assumptions },
    events: new ClusterEvents({ arns, now, publish }),
    endings: new TaskEndings(now),
  }
}

/** Placing and stopping a task changes what its instance has left, which is an event of the instance too. */
const changesResources = ({ lastStatus, desiredStatus, containerInstance }: Task): boolean =>
  containerInstance.status !== 'INACTIVE' &&
  (lastStatus === 'STOPPED' || (lastStatus === 'PROVISIONING' && desiredStatus === 'RUNNING'))

const registrationSecondsOf =
  (groups: EcsOptions['groups']) =>
  (groupName: string): number | undefined =>
    groups.find(({ name }) => name === groupName)?.registrationSeconds
