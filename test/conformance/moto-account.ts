import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingInstancesCommand,
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
} from '@aws-sdk/client-auto-scaling'
import { CreateLaunchTemplateCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs'
import {
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'

import type { Clients } from '../../lib/aws/clients.ts'
import { twin, type TwinAccount } from './twin-account.ts'
import { clientsFor, putPolicy } from './twin-clients.ts'

const ZONE = 'eu-west-1a'

/** Builds the account in moto, by the calls with which people would build it in AWS. */
export const createMotoAccount = async (endpoint: string): Promise<TwinAccount> => {
  await keepTasksRunning(endpoint)
  const clients = clientsFor(endpoint)
  const { vpcId, subnetId } = await defaultNetwork(clients)
  const instanceId = await createGroup(clients, subnetId)
  await putPolicy(clients)
  const targetGroupArn = await createTargetGroup(clients, vpcId)
  const { sns, sqs } = clients
  const topic = await sns.send(new CreateTopicCommand({ Name: 'ops' }))
  const queue = await sqs.send(new CreateQueueCommand({ QueueName: twin.queue }))
  return {
    clients,
    instanceId,
    targetGroupArn,
    ...(await createCluster(clients, { instanceId, targetGroupArn })),
    queueUrl: queue.QueueUrl ?? '',
    topicArn: topic.TopicArn ?? '',
  }
}

/** Left to itself, a task of moto goes on to its next status each time it is described. */
const keepTasksRunning = async (endpoint: string): Promise<void> => {
  const transition = { progression: 'manual', times: 1_000 }
  await fetch(`${endpoint}/moto-api/state-manager/set-transition`, {
    method: 'POST',
    body: JSON.stringify({ model_name: 'ecs::task', transition }),
  })
}

const defaultNetwork = async ({ ec2 }: Clients) => {
  const subnets = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: [ZONE] }] }),
  )
  const [subnet] = subnets.Subnets ?? []
  return { vpcId: subnet?.VpcId ?? '', subnetId: subnet?.SubnetId ?? '' }
}

/** moto launches the instance at once, and it is in service. */
const createGroup = async ({ ec2, autoScaling }: Clients, subnetId: string): Promise<string> => {
  const LaunchTemplateData = { ImageId: 'ami-12c6146b', InstanceType: twin.instanceType }
  const LaunchTemplateName = twin.group
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }))
  const AutoScalingGroupName = twin.group
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      LaunchTemplate: { LaunchTemplateName, Version: '1' },
      MinSize: 0,
      MaxSize: 4,
      DesiredCapacity: 1,
      VPCZoneIdentifier: subnetId,
      Tags: [{ Key: twin.tag.key, Value: twin.tag.value, PropagateAtLaunch: true }],
    }),
  )
  const hook = { AutoScalingGroupName, HeartbeatTimeout: 3_600, DefaultResult: 'CONTINUE' }
  await autoScaling.send(
    new PutLifecycleHookCommand({
      ...hook,
      LifecycleHookName: twin.hook,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    }),
  )
  await autoScaling.send(
    new PutLifecycleHookCommand({
      ...hook,
      LifecycleHookName: twin.launchHook,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    }),
  )
  // No larger than the group itself: moto puts no instance into a pool.
  await autoScaling.send(new PutWarmPoolCommand({ AutoScalingGroupName, MaxGroupPreparedCapacity: 1 }))
  const { AutoScalingInstances } = await autoScaling.send(new DescribeAutoScalingInstancesCommand({}))
  return AutoScalingInstances?.[0]?.InstanceId ?? ''
}

const createTargetGroup = async ({ loadBalancing }: Clients, VpcId: string): Promise<string> => {
  const { TargetGroups } = await loadBalancing.send(
    new CreateTargetGroupCommand({
      Name: twin.service,
      Protocol: 'HTTP',
      Port: 80,
      VpcId,
      TargetType: 'instance',
    }),
  )
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
  const Attributes = [
    { Key: 'deregistration_delay.timeout_seconds', Value: String(twin.deregistrationDelaySeconds) },
  ]
  await loadBalancing.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }))
  return TargetGroupArn
}

interface Surroundings {
  readonly instanceId: string
  readonly targetGroupArn: string
}

const createCluster = async ({ ecs }: Clients, { instanceId, targetGroupArn }: Surroundings) => {
  const { cluster } = twin
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }))
  const { containerInstance } = await ecs.send(
    new RegisterContainerInstanceCommand({
      cluster,
      instanceIdentityDocument: JSON.stringify({
        instanceId,
        region: 'eu-west-1',
        instanceType: twin.instanceType,
      }),
    }),
  )
  const shop = {
    family: twin.service,
    ...onInstances,
    containerDefinitions: [containerOf(twin.service, 256, 512)],
  }
  await ecs.send(new RegisterTaskDefinitionCommand(shop))
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: twin.service,
      taskDefinition: twin.service,
      desiredCount: 0,
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 80 }],
    }),
  )
  const report = {
    family: 'report',
    ...onInstances,
    containerDefinitions: [containerOf('report', 512, 1_024)],
  }
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(report))
  await ecs.send(new RunTaskCommand({ cluster, taskDefinition: 'report', count: 1 }))
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster }))
  return {
    containerInstanceArn: containerInstance?.containerInstanceArn ?? '',
    taskArn: taskArns?.[0] ?? '',
    taskDefinitionArn: taskDefinition?.taskDefinitionArn ?? '',
  }
}

const onInstances = { requiresCompatibilities: ['EC2' as const] }

/** As the simulator gives every task one. */
const containerOf = (family: string, cpu: number, memory: number) => ({
  name: 'app',
  image: `example.com/${family}:1`,
  cpu,
  memory,
  essential: true,
  stopTimeout: 45,
  portMappings: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' as const }],
})
