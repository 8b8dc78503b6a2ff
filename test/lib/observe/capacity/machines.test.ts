import { DescribeInstanceTypesCommand, DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2'
import {
  DescribeServicesCommand,
  ListServicesCommand,
  type ECSClient,
  type Service,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import type { CapacityObserver } from '../../../../lib/observe/capacity/capacity-observer.ts'
import { instanceSnapshots, withNetworkInterfaces } from '../../../../lib/observe/capacity/instances.ts'
import type { ReadContainerInstance } from '../../../../lib/observe/capacity/machines-of-cluster.ts'
import { machinesOfGroup } from '../../../../lib/observe/capacity/machines-of-group.ts'
import type { ReadScaledGroup } from '../../../../lib/observe/capacity/scaled-groups.ts'
import { readServicesOfCluster } from '../../../../lib/observe/capacity/services-of-cluster.ts'
import { trunkLimit } from '../../../../lib/observe/capacity/trunk-limits.ts'
import { Memo } from '../../../../lib/observe/memo.ts'
import { need, standalone } from '../../capacity/cluster-of.ts'

/** EC2 with one launch template; of each type it says four CPUs for each `x` of its size. */
const observerWith = (templateType: string): CapacityObserver => {
  const send = async (command: object) => {
    if (command instanceof DescribeLaunchTemplateVersionsCommand)
      return { LaunchTemplateVersions: [{ LaunchTemplateData: { InstanceType: templateType } }] }
    if (command instanceof DescribeInstanceTypesCommand)
      return { InstanceTypes: command.input.Filters?.[0]?.Values?.map(infoOf) }
    throw new Error(`not modelled: ${command.constructor.name}`)
  }
  const clock = { now: () => 0 }
  return {
    clients: { ec2: { send } },
    clock,
    instanceTypes: new Memo(clock, Infinity),
    launchedTypes: new Memo(clock, 600_000),
    knownMachines: new Map([['ecs-web-a', []]]),
  } as unknown as CapacityObserver
}

const infoOf = (InstanceType: string) => ({
  InstanceType,
  VCpuInfo: { DefaultVCpus: 4 * Number(/(\d*)xlarge/.exec(InstanceType)?.[1] || 1) },
  MemoryInfo: { SizeInMiB: 16_384 },
  NetworkInfo: { MaximumNetworkInterfaces: 4 },
})

const groupOf = (more: Partial<ReadScaledGroup> = {}): ReadScaledGroup =>
  ({
    name: 'ecs-web-a',
    members: [{ instanceId: 'i-1', lifecycleState: 'InService' }],
    pooled: [],
    launches: { instanceTypes: [], isByRequirements: false, launchTemplate: { LaunchTemplateId: 'lt-1' } },
    ...more,
  }) as ReadScaledGroup

const machineOf = (instanceId: string, more: Partial<ReadContainerInstance> = {}): ReadContainerInstance => ({
  instanceId,
  instanceType: 'm6g.xlarge',
  zone: 'eu-west-1a',
  registeredAt: 0,
  arn: `arn:${instanceId}`,
  status: 'ACTIVE',
  agentConnected: true,
  registered: { cpu: 4_096, memory: 15_000, gpu: 0, enis: 3 },
  remaining: { cpu: 4_096, memory: 15_000, gpu: 0, enis: 3 },
  usedPorts: [],
  attributes: {},
  ...more,
})

describe('what a group may launch', () => {
  it('follows its launch template as soon as that names another type, whatever machines it has', async () => {
    const machines = await machinesOfGroup(observerWith('m6g.4xlarge'), groupOf(), [machineOf('i-1')])
    expect(machines).toMatchObject([
      { instanceType: 'm6g.4xlarge', source: 'estimated', total: { cpu: 16_384 } },
    ])
  })

  it('is what its machines show while they are of the type that the template names', async () => {
    const machines = await machinesOfGroup(observerWith('m6g.xlarge'), groupOf(), [machineOf('i-1')])
    expect(machines).toMatchObject([{ instanceType: 'm6g.xlarge', source: 'registered' }])
  })
})

describe('an instance of a warm pool', () => {
  it('is no instance of the cluster, though ECS knows it', () => {
    const machines = [machineOf('i-1'), machineOf('i-2', { agentConnected: false }), machineOf('i-3')]
    const instances = instanceSnapshots({
      groups: [groupOf({ pooled: ['i-2'] })],
      machines,
      launchedAt: new Map(),
    })
    expect(instances.map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-3'])
  })
})

describe('network interfaces', () => {
  const trunked = { attributes: { 'ecs.awsvpc-trunk-id': 'eni-1' } }
  const enisOf = async (machine: ReadContainerInstance, tasks: number) => {
    const work = {
      tasks: Array.from({ length: tasks }, () =>
        standalone({ containerInstanceArn: machine.arn, taskDefinitionArn: 'web' }),
      ),
      taskDefinitions: new Map([['web', need(1, 1, { enis: 1 })]]),
    }
    const [read] = await withNetworkInterfaces(observerWith(''), [machine], work)
    return [read?.registered.enis, read?.remaining.enis]
  }

  it('are those of the type without a trunk, and those of the trunk with one', async () => {
    expect(await enisOf(machineOf('i-1'), 2)).toEqual([3, 1])
    expect(await enisOf(machineOf('i-1', trunked), 7)).toEqual([20, 13])
  })

  it('are as many as were seen on a type whose trunk nobody knows', async () => {
    expect(await enisOf(machineOf('i-1', { ...trunked, instanceType: 'zz1.xlarge' }), 7)).toEqual([7, 0])
  })

  it('of a trunk are told by the size, for common families', () => {
    expect(['c5.large', 'm6i.8xlarge', 'r7g.medium', 't3.large', 'm5.metal'].map(trunkLimit)).toEqual([
      10,
      60,
      4,
      undefined,
      undefined,
    ])
  })
})

describe('a service', () => {
  const read = async (service: Service) => {
    const send = async (command: object) => {
      if (command instanceof ListServicesCommand) return { serviceArns: ['web'] }
      if (command instanceof DescribeServicesCommand)
        return { services: [{ serviceName: 'web', status: 'ACTIVE', desiredCount: 3, ...service }] }
      throw new Error(`not modelled: ${command.constructor.name}`)
    }
    const [found] = await readServicesOfCluster({ ecs: { send } as unknown as ECSClient, cluster: 'web' })
    return found
  }
  const taskSet = (second: number, more: object = {}) => ({
    createdAt: new Date(second * 1_000),
    taskDefinition: `web:${second}`,
    computedDesiredCount: 3,
    status: 'ACTIVE',
    ...more,
  })

  it('that CodeDeploy moves from one task set to another is deploying, and wants both', async () => {
    const deploymentController = { type: 'CODE_DEPLOY' } as const
    const taskSets = [taskSet(1, { status: 'PRIMARY' }), taskSet(2)]
    expect(await read({ deploymentController, taskSets })).toMatchObject({
      isDeploying: true,
      besideCount: 3,
      taskDefinitionArn: 'web:2',
    })
    const [settled] = taskSets
    expect(await read({ deploymentController, taskSets: [settled!] })).toMatchObject({
      isDeploying: false,
      taskDefinitionArn: 'web:1',
    })
  })

  it('whose task sets run on Fargate needs no instance', async () => {
    const deploymentController = { type: 'EXTERNAL' } as const
    expect(
      await read({ deploymentController, taskSets: [taskSet(1, { launchType: 'FARGATE' })] }),
    ).toBeUndefined()
  })

  it('of blue and green wants both, and one that rolls only what it wants at last', async () => {
    const deployments = [
      { status: 'PRIMARY', taskDefinition: 'web:2', desiredCount: 3 },
      { status: 'ACTIVE', taskDefinition: 'web:1', desiredCount: 3 },
    ]
    const blueGreen = await read({ deployments, deploymentConfiguration: { strategy: 'BLUE_GREEN' } })
    expect(blueGreen).toMatchObject({ isDeploying: true, besideCount: 3, taskDefinitionArn: 'web:2' })
    expect(await read({ deployments })).not.toHaveProperty('besideCount')
  })
})
