import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient, type Failure } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { describe, expect, it } from '@jest/globals'

import { setStatus } from '../../../lib/act/container-instance.ts'
import { readContainerInstances } from '../../../lib/observe/container-instances.ts'
import { readLifecycleStates } from '../../../lib/observe/lifecycle-states.ts'
import { readMachines } from '../../../lib/observe/machines.ts'
import { Memo } from '../../../lib/observe/memo.ts'
import { readActions } from '../../../lib/observe/scaling-activities.ts'
import { readServices } from '../../../lib/observe/services.ts'
import { readTasks } from '../../../lib/observe/tasks.ts'
import type { ServiceModel } from '../../../simulator/aws/operation.ts'
import { Simulation } from '../../../simulator/engine/simulation.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { operator } from '../../../simulator/sdk/caller.ts'
import { SdkTransport } from '../../../simulator/sdk/sdk-transport.ts'
import { instancesOf } from '../../../simulator/world/group-instances.ts'
import { createWorld, type World } from '../../../simulator/world/world.ts'
import { group, GROUP, oldest, smallCluster } from '../../scenarios/small-cluster.ts'

const region = 'eu-west-1'

const createClients = () => ({
  autoScaling: new AutoScalingClient({ region }),
  ec2: new EC2Client({ region }),
  ecs: new ECSClient({ region }),
  loadBalancing: new ElasticLoadBalancingV2Client({ region }),
})

type Clients = ReturnType<typeof createClients>

const worldWith = (changes: Record<string, unknown>): World =>
  createWorld(worldSpecOf(smallCluster({ services: [], ...changes })), 7)

const clusterOf = (desired: number): World => worldWith({ groups: [{ ...group, desired, max: desired }] })

/** Lets product code read a simulated world; virtual time passes meanwhile. */
const readIn = async <Answer>(world: World, read: (clients: Clients) => Promise<Answer>): Promise<Answer> => {
  const clients = createClients()
  for (const client of Object.values(clients)) world.transport.attach(client, operator(world.simulation))
  const reading = read(clients)
  await world.simulation.runUntil(world.simulation.now() + 10_000)
  return reading
}

/** How many things each call of an operation named, in the order of the calls. */
const countsOf = (
  { calls }: World,
  operation: string,
  named: (input: object) => readonly unknown[] | undefined,
) => calls.filter((made) => made.operation === operation).map(({ input }) => named(input)?.length)

const idsOf = ({ autoScaling }: World): readonly string[] =>
  instancesOf(autoScaling, GROUP).map(({ instanceId }) => instanceId)

const arnsOf = (world: World): readonly string[] =>
  idsOf(world).flatMap((id) => world.ecs.containerInstanceOn(id)?.containerInstanceArn ?? [])

describe('what is read of many things at once is asked for in calls that AWS accepts', () => {
  it('51 instances of Auto Scaling by 50', async () => {
    const world = clusterOf(51)
    const states = await readIn(world, ({ autoScaling }) => readLifecycleStates(autoScaling, idsOf(world)))
    expect([...states.keys()].sort()).toEqual(idsOf(world).toSorted())
    const counts = countsOf(
      world,
      'DescribeAutoScalingInstances',
      (input: { InstanceIds?: string[] }) => input.InstanceIds,
    )
    expect(counts).toEqual([50, 1])
  })

  it('201 machines by 200, the most values of one filter', async () => {
    const world = clusterOf(201)
    const machines = await readIn(world, ({ ec2 }) => readMachines(ec2, idsOf(world)))
    expect([...machines.keys()]).toEqual(idsOf(world))
    const values = ({ Filters }: { Filters?: { Values: string[] }[] }) => Filters?.[0]?.Values
    expect(countsOf(world, 'DescribeInstances', values)).toEqual([200, 1])
  })

  it('101 container instances by 100', async () => {
    const world = clusterOf(101)
    const arns = arnsOf(world)
    const found = await readIn(world, ({ ecs }) => readContainerInstances({ ecs, cluster: 'web' }, arns))
    expect(found.map(({ arn }) => arn)).toEqual(arns)
    const named = ({ containerInstances }: { containerInstances?: string[] }) => containerInstances
    expect(countsOf(world, 'DescribeContainerInstances', named)).toEqual([100, 1])
  })

  it('11 services by 10', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `shop-${index}`)
    const world = worldWith({ services: names.map((name) => ({ name, cpu: 8, memory: 16, desired: 1 })) })
    const found = await readIn(world, ({ ecs, loadBalancing }) =>
      readServices({ ecs, loadBalancing, cluster: 'web', targetHealth: 'not-asked' }, names),
    )
    expect(found.map(({ name }) => name)).toEqual(names)
    const named = ({ services }: { services?: string[] }) => services
    expect(countsOf(world, 'DescribeServices', named)).toEqual([10, 1])
  })

  it('101 tasks by 100', async () => {
    const world = worldWith({
      groups: [{ ...group, desired: 1 }],
      services: [{ name: 'small', cpu: 8, memory: 16, desired: 101 }],
    })
    const id = oldest(world)
    const containerInstanceArn = world.ecs.containerInstanceOn(id)?.containerInstanceArn ?? ''
    const found = await readIn(world, ({ ecs }) => readTasks({ ecs, cluster: 'web', containerInstanceArn }))
    expect(found.map(({ taskArn }) => taskArn).sort()).toEqual(
      world.ecs
        .tasksOn(id)
        .map(({ taskArn }) => taskArn)
        .sort(),
    )
    expect(countsOf(world, 'DescribeTasks', ({ tasks }: { tasks?: string[] }) => tasks)).toEqual([100, 1])
  })
})

describe('a termination behind a hundred newer activities', () => {
  it('is found on the second page', async () => {
    const world = worldWith({ groups: [{ ...group, desired: 1, max: 200 }] })
    const id = oldest(world)
    const { operations } = world.autoScaling.model
    const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: 'held' }
    const transition = {
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 7_200,
    }
    operations['PutLifecycleHook']?.({ ...hook, ...transition } as never)
    operations['TerminateInstanceInAutoScalingGroup']?.({
      InstanceId: id,
      ShouldDecrementDesiredCapacity: true,
    } as never)
    const startedAt = world.simulation.now()
    await world.simulation.runUntil(startedAt + 60_000)
    operations['SetDesiredCapacity']?.({ AutoScalingGroupName: GROUP, DesiredCapacity: 150 } as never)
    await world.simulation.runUntil(startedAt + 120_000)
    const memo = new Memo<never>({ now: world.simulation.now }, 0)
    const question = {
      memo,
      autoScalingGroupName: GROUP,
      instanceIds: [id],
      direction: 'terminating',
    } as const
    const actions = await readIn(world, ({ autoScaling }) => readActions({ ...question, autoScaling }))
    expect(actions.get(id)).toEqual({ startedAt, cause: 'user' })
    const tokens = world.calls
      .filter(({ operation }) => operation === 'DescribeScalingActivities')
      .map(({ input }) => typeof input['NextToken'])
    expect(tokens).toEqual(['undefined', 'string'])
  })
})

const ARN = `arn:aws:ecs:${region}:111122223333:container-instance/web/0a`

/** Lets product code ask an ECS that answers every call with 200 and these failures. */
const askRefusing = async <Answer>(failure: Failure, ask: (ecs: ECSClient) => Promise<Answer>) => {
  const simulation = new Simulation({ seed: 1, startsAt: 0 })
  const failing = () => ({ failures: [{ arn: ARN, ...failure }] })
  const model: ServiceModel = {
    serviceId: 'ECS',
    operations: {
      UpdateContainerInstancesState: failing,
      DescribeContainerInstances: failing,
      DescribeServices: failing,
      DescribeTasks: failing,
      ListTasks: () => ({ taskArns: [ARN] }),
    },
  }
  const transport = new SdkTransport({
    simulation,
    account: { region, accountId: '111122223333' },
    models: [model],
  })
  const ecs = new ECSClient({ region })
  transport.attach(ecs, operator(simulation))
  const asking = ask(ecs).catch((error: unknown) => error)
  await simulation.runUntil(10_000)
  return asking
}

const refusal = (reason: string) =>
  expect.objectContaining({ message: expect.stringContaining(`${ARN} failed with ${reason}`) })

/** Never asked: the services have no targets. */
const loadBalancing = new ElasticLoadBalancingV2Client({ region })

const reads: readonly [string, (ecs: ECSClient) => Promise<readonly unknown[]>][] = [
  ['DescribeContainerInstances', (ecs) => readContainerInstances({ ecs, cluster: 'web' }, [ARN])],
  ['DescribeTasks', (ecs) => readTasks({ ecs, cluster: 'web', containerInstanceArn: ARN })],
  [
    'DescribeServices',
    (ecs) => readServices({ ecs, loadBalancing, cluster: 'web', targetHealth: 'not-asked' }, [ARN]),
  ],
]

describe('failures inside an answer of 200', () => {
  it.each([
    ['find it gone', 'MISSING', 'gone'],
    ['find it gone', 'INACTIVE', 'gone'],
    ['fail', 'INTERNAL', refusal('INTERNAL')],
  ])('make setting a status %s when the reason is %s', async (_, reason, expected) => {
    const answer = await askRefusing({ reason }, (ecs) =>
      setStatus({ ecs, cluster: 'web', arn: ARN }, 'DRAINING'),
    )
    expect(answer).toEqual(expected)
  })

  it.each(reads)('make %s fail when something else than absence is the reason', async (_, read) => {
    expect(await askRefusing({ reason: 'INTERNAL' }, read)).toEqual(refusal('INTERNAL'))
  })

  it.each(reads)('make %s find nothing when what it asks for is MISSING', async (_, read) => {
    expect(await askRefusing({ reason: 'MISSING' }, read)).toEqual([])
  })
})
