import { describe, expect, it } from '@jest/globals'
import type { Machine } from '../../../../simulator/aws/ec2/machine.ts'
import type { ServiceSpec } from '../../../../simulator/world/world-spec.ts'
import { EcsWorld, service } from './ecs-world.ts'

/** A service on one machine that has room for many of its tasks but for what the test changes. */
const onOneMachine = (changes: Partial<ServiceSpec>, machine: Partial<Machine> = {}) => {
  const world = new EcsWorld()
  world.join('i-a', 'eu-west-1a', machine)
  world.settle({ services: [service({ desired: 1, ...changes })] })
  const grow = async (desiredCount: number) => {
    world.call('UpdateService', { service: 'web', desiredCount })
    await world.pass(60)
    return world.ecs.tasksOn('i-a').length
  }
  return { world, grow }
}

const describedInstance = (world: EcsWorld) => {
  const { containerInstanceArns: containerInstances } = world.call('ListContainerInstances', {})
  return world.call('DescribeContainerInstances', { containerInstances }).containerInstances?.[0]
}

const describedDefinition = (world: EcsWorld) => {
  const { services } = world.call('DescribeServices', { services: ['web'] })
  const taskDefinition = services?.[0]?.taskDefinition
  return world.call('DescribeTaskDefinition', { cluster: undefined, taskDefinition }).taskDefinition
}

describe('a task in awsvpc mode', () => {
  it('takes a network interface, of which the machine keeps one for itself', async () => {
    const { world, grow } = onOneMachine({ networkMode: 'awsvpc' }, { networkInterfaces: 4 })
    expect(await grow(6)).toBe(3)
    expect(world.messagesOf()[0]).toContain('encountered error "RESOURCE:ENI"')
  })

  it('takes a place on the trunk where there is one, and the instance says so', async () => {
    const { world, grow } = onOneMachine(
      { networkMode: 'awsvpc' },
      { networkInterfaces: 4, trunkedTasks: 10 },
    )
    expect(await grow(6)).toBe(6)
    expect(describedInstance(world)?.attributes).toContainEqual(
      expect.objectContaining({ name: 'ecs.awsvpc-trunk-id' }),
    )
  })

  it('needs no port of the instance, whatever port it listens on', async () => {
    const { grow } = onOneMachine({ networkMode: 'awsvpc', hostPort: 80 })
    expect(await grow(2)).toBe(2)
  })

  it('gives its interface back when it is STOPPED', async () => {
    const { world, grow } = onOneMachine({ networkMode: 'awsvpc' }, { networkInterfaces: 3 })
    expect(await grow(2)).toBe(2)
    expect(await grow(1)).toBe(1)
    expect(await grow(2)).toBe(2)
    expect(world.ecs.tasksOn('i-a')).toHaveLength(2)
  })

  it('is described with its mode, the capability that it requires and its interface', () => {
    const { world } = onOneMachine({ networkMode: 'awsvpc' })
    expect(describedDefinition(world)).toMatchObject({
      networkMode: 'awsvpc',
      requiresAttributes: [{ name: 'ecs.capability.task-eni' }],
      containerDefinitions: [{ portMappings: [{ containerPort: 80, hostPort: 80 }] }],
    })
    const { taskArns: tasks } = world.call('ListTasks', {})
    expect(world.call('DescribeTasks', { tasks }).tasks?.[0]).toMatchObject({
      attachments: [{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }],
      containers: [{ networkBindings: [] }],
    })
    expect(describedInstance(world)?.attributes).toContainEqual({ name: 'ecs.capability.task-eni' })
  })
})

describe('a task that asks for GPUs', () => {
  it('goes only where so many are free', async () => {
    const { world, grow } = onOneMachine({ gpus: 2 }, { gpus: 4 })
    expect(await grow(3)).toBe(2)
    expect(world.messagesOf()[0]).toContain('encountered error "RESOURCE:GPU"')
  })

  it('finds none on a machine without', async () => {
    const world = new EcsWorld()
    world.join('i-a')
    world.ecs.createService(service({ gpus: 1 }))
    await world.pass(60)
    expect(world.ecs.tasksOn('i-a')).toEqual([])
  })

  it('is described as ECS does: requirements by number, and what instances have by id', () => {
    const { world } = onOneMachine({ gpus: 1 }, { gpus: 2 })
    expect(describedDefinition(world)?.containerDefinitions?.[0]).toMatchObject({
      resourceRequirements: [{ type: 'GPU', value: '1' }],
    })
    const gpusIn = (resources: { name?: string | undefined; stringSetValue?: string[] | undefined }[] = []) =>
      resources.find(({ name }) => name === 'GPU')?.stringSetValue
    const instance = describedInstance(world)
    expect([
      gpusIn(instance?.registeredResources)?.length,
      gpusIn(instance?.remainingResources)?.length,
    ]).toEqual([2, 1])
  })
})
