import type {
  DeleteAttributesCommandOutput,
  DeregisterContainerInstanceCommandOutput,
  DescribeCapacityProvidersCommandOutput,
  DescribeClustersCommandOutput,
  DescribeContainerInstancesCommandOutput,
  DescribeServicesCommandOutput,
  DescribeTaskDefinitionCommandOutput,
  DescribeTasksCommandOutput,
  GetTaskProtectionCommandOutput,
  ListContainerInstancesCommandOutput,
  ListServicesCommandOutput,
  ListTasksCommandOutput,
  PutAttributesCommandOutput,
  RunTaskCommandOutput,
  StopTaskCommandOutput,
  UpdateContainerInstancesStateCommandOutput,
  UpdateServiceCommandOutput,
  UpdateTaskProtectionCommandOutput,
} from '@aws-sdk/client-ecs'
import type { Machine, Machines, RebootPhase } from '../../../../simulator/aws/ec2/machine.ts'
import type { AwsEvent } from '../../../../simulator/aws/event.ts'
import type { EcsAssumptions } from '../../../../simulator/aws/ecs/assumptions.ts'
import { Ecs } from '../../../../simulator/aws/ecs/ecs.ts'
import type { Workload } from '../../../../simulator/aws/ecs/settled-cluster.ts'
import type { TaskEnded } from '../../../../simulator/aws/ecs/task-endings.ts'
import { LoadBalancing } from '../../../../simulator/aws/load-balancing/load-balancing.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import type { GroupSpec, LoadBalancerSpec, ServiceSpec } from '../../../../simulator/world/world-spec.ts'

/** Machines that change state only when the test says so. */
class Fleet implements Machines {
  readonly #machines = new Map<string, Machine>()
  readonly #listeners: ((machine: Machine) => void)[] = []
  readonly #rebootListeners: ((machine: Machine, phase: RebootPhase) => void)[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  readonly launch = (): Machine => {
    throw new Error('this fleet launches nothing: use put')
  }

  readonly terminate = (instanceId: string): void => this.change(instanceId, 'shutting-down')
  readonly stop = (instanceId: string): void => this.change(instanceId, 'stopping')
  readonly find = (instanceId: string): Machine | undefined => this.#machines.get(instanceId)

  readonly onStateChange = (listener: (machine: Machine) => void): void => {
    this.#listeners.push(listener)
  }

  readonly onReboot = (listener: (machine: Machine, phase: RebootPhase) => void): void => {
    this.#rebootListeners.push(listener)
  }

  reboot(instanceId: string, phase: RebootPhase): void {
    const machine = this.#machines.get(instanceId)
    if (machine === undefined) throw new Error(`there is no machine ${instanceId}`)
    for (const listener of this.#rebootListeners) listener(machine, phase)
  }

  /** A machine that has been running for long. */
  put(instanceId: string, availabilityZone: string, more: Partial<Machine> = {}): void {
    this.#machines.set(instanceId, {
      instanceId,
      availabilityZone,
      instanceType: 'm7g.large',
      cpu: 4_096,
      memory: 8_192,
      networkInterfaces: 4,
      ...more,
      launchedAt: this.#now(),
      state: 'running',
      autoScalingGroupName: 'web',
    })
  }

  change(instanceId: string, state: Machine['state']): void {
    const machine = this.#machines.get(instanceId)
    if (machine === undefined) throw new Error(`there is no machine ${instanceId}`)
    const changed = { ...machine, state }
    this.#machines.set(instanceId, changed)
    for (const listener of this.#listeners) listener(changed)
  }
}

/** What each call gives. */
interface Answers {
  readonly DeleteAttributes: DeleteAttributesCommandOutput
  readonly DeregisterContainerInstance: DeregisterContainerInstanceCommandOutput
  readonly DescribeCapacityProviders: DescribeCapacityProvidersCommandOutput
  readonly DescribeClusters: DescribeClustersCommandOutput
  readonly DescribeContainerInstances: DescribeContainerInstancesCommandOutput
  readonly DescribeServices: DescribeServicesCommandOutput
  readonly DescribeTaskDefinition: DescribeTaskDefinitionCommandOutput
  readonly DescribeTasks: DescribeTasksCommandOutput
  readonly GetTaskProtection: GetTaskProtectionCommandOutput
  readonly ListContainerInstances: ListContainerInstancesCommandOutput
  readonly ListServices: ListServicesCommandOutput
  readonly ListTasks: ListTasksCommandOutput
  readonly PutAttributes: PutAttributesCommandOutput
  readonly RunTask: RunTaskCommandOutput
  readonly StopTask: StopTaskCommandOutput
  readonly UpdateContainerInstancesState: UpdateContainerInstancesStateCommandOutput
  readonly UpdateService: UpdateServiceCommandOutput
  readonly UpdateTaskProtection: UpdateTaskProtectionCommandOutput
}

/** A cluster called `prod` with machines, whose calls and time the test makes. */
export class EcsWorld {
  readonly simulation = new Simulation({ seed: 7 })
  readonly fleet = new Fleet(this.simulation.now)
  readonly events: (AwsEvent & { readonly at: number })[] = []
  readonly ended: TaskEnded[] = []
  readonly loadBalancing: LoadBalancing
  readonly ecs: Ecs

  constructor(assumptions: Partial<EcsAssumptions> = {}, group: Partial<GroupSpec> = {}) {
    const { simulation } = this
    const account = { region: 'eu-west-1', accountId: '111122223333' }
    this.loadBalancing = new LoadBalancing({ simulation, account })
    this.ecs = new Ecs({
      simulation,
      account,
      clusterName: 'prod',
      machines: this.fleet,
      loadBalancing: this.loadBalancing,
      publish: (event) => this.events.push({ ...event, at: simulation.now() }),
      groups: [{ name: 'web', registrationSeconds: 20, cpu: 4_096, memory: 8_192, ...group }],
      assumptions,
    })
    this.ecs.onTaskEnded((ended) => this.ended.push(ended))
  }

  /** Adds a registered machine of 4096 CPU units and 8192 MiB. */
  join(instanceId: string, availabilityZone = 'eu-west-1a', more: Partial<Machine> = {}): string {
    this.fleet.put(instanceId, availabilityZone, more)
    return this.ecs.registerInstance(instanceId)
  }

  settle(workload: Partial<Workload>): void {
    this.ecs.settle({ services: [], daemons: [], standaloneTasks: [], ...workload })
  }

  /** Makes a call as an SDK client would, less the transport. */
  call<Name extends keyof Answers>(operation: Name, input: object): Answers[Name] {
    const answer = this.ecs.model.operations[operation]
    if (answer === undefined) throw new Error(`the model has no ${operation}`)
    return answer({ cluster: 'prod', ...input } as never) as Answers[Name]
  }

  drain(containerInstance: string): void {
    this.call('UpdateContainerInstancesState', {
      containerInstances: [containerInstance],
      status: 'DRAINING',
    })
  }

  /** What a service says, newest first. */
  messagesOf(name = 'web'): readonly string[] {
    const { services } = this.call('DescribeServices', { services: [name] })
    return services?.[0]?.events?.map(({ message }) => message ?? '') ?? []
  }

  /** ARNs by ListTasks, all pages. */
  list(filter: object): readonly string[] {
    const arns: string[] = []
    let nextToken: string | undefined
    do {
      const page = this.call('ListTasks', {
        ...filter,
        nextToken,
      })
      arns.push(...(page.taskArns ?? []))
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    return arns
  }

  async pass(seconds: number): Promise<void> {
    await this.simulation.runUntil(this.simulation.now() + seconds * 1_000)
  }

  eventsOf(detailType: string): readonly (AwsEvent & { readonly at: number })[] {
    return this.events.filter((event) => event.detailType === detailType)
  }
}

/** A replica service of small, quick tasks. */
export const service = (changes: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name: 'web',
  cpu: 256,
  memory: 512,
  startSeconds: 10,
  stopSeconds: 5,
  desired: 2,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  ...changes,
})

export const task = (name: string) => ({ name, cpu: 128, memory: 128, startSeconds: 5, stopSeconds: 2 })

export const loadBalancer: LoadBalancerSpec = {
  deregistrationDelaySeconds: 300,
  healthCheckIntervalSeconds: 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
}
