import { DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling'
import { ListContainerInstancesCommand, ListTasksCommand, DescribeTasksCommand } from '@aws-sdk/client-ecs'
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'

import { serveScenario, type ServedScenario } from '../../simulator/endpoint/serve-scenario.ts'
import { parseScenario } from '../../simulator/scenario/load-scenario.ts'
import { ACCOUNT_ID, REGION, twin, type TwinAccount } from './twin-account.ts'
import { clientsFor, putPolicy } from './twin-clients.ts'

const scenario = parseScenario('twin', {
  description: 'One instance with one task, for comparison with another model of AWS.',
  cluster: twin.cluster,
  zones: ['eu-west-1a'],
  groups: [
    {
      name: twin.group,
      instanceType: twin.instanceType,
      cpu: twin.cpu,
      memory: twin.memory,
      desired: 1,
      max: 4,
      agentVersion: twin.agentVersion,
      tags: { [twin.tag.key]: twin.tag.value },
      warmPool: { maxGroupPreparedCapacity: 1 },
    },
  ],
  services: [
    {
      name: twin.service,
      cpu: 256,
      memory: 512,
      stopTimeoutSeconds: 45,
      desired: 0,
      loadBalancer: { deregistrationDelaySeconds: twin.deregistrationDelaySeconds },
    },
  ],
  standaloneTasks: [{ name: 'report', cpu: 512, memory: 1_024, stopTimeoutSeconds: 45 }],
  bare: {
    queues: [{ name: twin.queue }],
    topics: [{ name: 'ops' }],
    hooks: [
      { group: twin.group, name: twin.hook, heartbeatTimeoutSeconds: 3_600 },
      { group: twin.group, name: twin.launchHook, transition: 'launching', heartbeatTimeoutSeconds: 3_600 },
    ],
  },
  lastsSeconds: 600,
})

/** The same account in the simulator, asked over HTTP as moto is. Time stands still in it. */
export const createServedAccount = async (
  onDefect: (error: unknown) => void,
): Promise<{ readonly account: TwinAccount; readonly served: ServedScenario }> => {
  const served = await serveScenario({
    scenario,
    seed: 1,
    port: 0,
    speed: 'manual',
    ebbtide: 'absent',
    onPackaging: () => undefined,
    onDefect,
    onStandstill: onDefect,
  })
  const clients = clientsFor(served.url)
  const { autoScaling, ecs, loadBalancing, sqs } = clients
  const { cluster } = twin
  await putPolicy(clients)
  const { AutoScalingInstances } = await autoScaling.send(new DescribeAutoScalingInstancesCommand({}))
  const { containerInstanceArns } = await ecs.send(new ListContainerInstancesCommand({ cluster }))
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster }))
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))
  const { TargetGroups } = await loadBalancing.send(new DescribeTargetGroupsCommand({}))
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: twin.queue }))
  const account = {
    clients,
    instanceId: AutoScalingInstances?.[0]?.InstanceId ?? '',
    containerInstanceArn: containerInstanceArns?.[0] ?? '',
    taskArn: taskArns?.[0] ?? '',
    taskDefinitionArn: tasks?.[0]?.taskDefinitionArn ?? '',
    targetGroupArn: TargetGroups?.[0]?.TargetGroupArn ?? '',
    queueUrl: QueueUrl ?? '',
    topicArn: `arn:aws:sns:${REGION}:${ACCOUNT_ID}:ops`,
  }
  return { account, served }
}
