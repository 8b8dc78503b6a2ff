import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'

import { deleteMemory, deregister, setStatus, writeMemory } from '../../lib/act/container-instance.ts'
import { sendLookAgain } from '../../lib/act/look-again.ts'
import { postpone } from '../../lib/act/postpone.ts'
import { publishNotification } from '../../lib/act/publish-notification.ts'
import { replaceInstance } from '../../lib/act/replace-instance.ts'
import { stopTask } from '../../lib/act/stop-task.ts'
import {
  findContainerInstances,
  findDraining,
  readContainerInstances,
} from '../../lib/observe/container-instances.ts'
import { readDaemons } from '../../lib/observe/daemons.ts'
import { readGroup } from '../../lib/observe/groups.ts'
import { inspect } from '../../lib/observe/inspection/inspect.ts'
import { readGroupInstances, readLifecycleStates } from '../../lib/observe/lifecycle-states.ts'
import { readMachines } from '../../lib/observe/machines.ts'
import { Memo } from '../../lib/observe/memo.ts'
import { readClusterExists, readHasRegisteredInstance } from '../../lib/observe/registration.ts'
import { readRoom } from '../../lib/observe/room.ts'
import { readActions } from '../../lib/observe/scaling-activities.ts'
import { readScheduledEvents } from '../../lib/observe/scheduled-events.ts'
import { readServices } from '../../lib/observe/services.ts'
import { readDeregistrationDelay, readStopTimeout } from '../../lib/observe/stopping-times.ts'
import { listTasks, readTasks } from '../../lib/observe/tasks.ts'
import { twin, type TwinAccount } from './twin-account.ts'

/** Something that lib asks of AWS or does there. */
export interface TwinStep {
  readonly name: string
  /** Who refuses it, so that lib throws. Absent: nobody does. */
  readonly refusedBy?: 'both' | 'simulator' | 'moto'
  readonly run: (account: TwinAccount) => Promise<unknown>
}

const { cluster, group } = twin
const newMemo = <Value>() => new Memo<Value>({ now: () => 0 }, Infinity)
const UNKNOWN_INSTANCE = 'i-0fedcba9876543210'

const place = ({ clients, containerInstanceArn }: TwinAccount) => ({
  ecs: clients.ecs,
  cluster,
  containerInstanceArn,
})
const inCluster = ({ clients }: TwinAccount) => ({ ecs: clients.ecs, cluster })
const here = ({ clients, containerInstanceArn: arn }: TwinAccount) => ({ ecs: clients.ecs, cluster, arn })
const missingLike = (arn: string): string => arn.replace(/[0-9a-f-]{32,36}$/, '0'.repeat(32))

export const observing: readonly TwinStep[] = [
  {
    name: 'readLifecycleStates',
    run: async ({ clients, instanceId }) => [
      ...(await readLifecycleStates(clients.autoScaling, [instanceId, UNKNOWN_INSTANCE])).values(),
    ],
  },
  {
    name: 'readGroupInstances',
    run: ({ clients }) => readGroupInstances(clients.autoScaling, [group, 'no-such-group']),
  },
  {
    name: 'readGroup',
    run: ({ clients: { autoScaling } }) =>
      readGroup({
        autoScaling,
        memo: newMemo(),
        autoScalingGroupName: group,
        hookName: twin.hook,
        stackHeartbeatTimeoutSeconds: 1_800,
      }),
  },
  {
    name: 'readActions',
    run: async ({ clients: { autoScaling }, instanceId }) => [
      ...(
        await readActions({
          direction: 'terminating',
          autoScaling,
          memo: newMemo(),
          autoScalingGroupName: group,
          instanceIds: [instanceId],
        })
      ).keys(),
    ],
  },
  {
    name: 'readMachines',
    run: async ({ clients, instanceId }) => [
      ...(await readMachines(clients.ec2, [instanceId, UNKNOWN_INSTANCE])),
    ],
  },
  {
    name: 'readScheduledEvents',
    run: async ({ clients: { ec2 } }) => [...(await readScheduledEvents({ ec2, memo: newMemo(), now: 0 }))],
  },
  { name: 'readClusterExists', run: ({ clients }) => readClusterExists({ ...clients, cluster }) },
  {
    name: 'readClusterExists of another cluster',
    run: ({ clients }) => readClusterExists({ ...clients, cluster: 'no-such-cluster' }),
  },
  {
    name: 'readHasRegisteredInstance',
    run: ({ clients }) => readHasRegisteredInstance({ ...clients, cluster }, group),
  },
  {
    name: 'findContainerInstances',
    run: (account) => findContainerInstances(inCluster(account), [account.instanceId]),
  },
  { name: 'findDraining', run: (account) => findDraining(inCluster(account)) },
  {
    name: 'readContainerInstances',
    run: (account) => {
      const { containerInstanceArn: arn } = account
      return readContainerInstances(inCluster(account), [arn, missingLike(arn)])
    },
  },
  { name: 'readRoom', run: ({ clients }) => readRoom(clients.ecs, cluster) },
  { name: 'readDaemons', run: (account) => readDaemons({ ...inCluster(account), memo: newMemo() }) },
  {
    name: 'readServices',
    run: ({ clients: { ecs, loadBalancing } }) =>
      readServices({ ecs, loadBalancing, cluster, targetHealth: 'counted' }, [
        twin.service,
        'no-such-service',
      ]),
  },
  {
    name: 'readStopTimeout',
    run: ({ clients, taskDefinitionArn }) =>
      readStopTimeout({ ecs: clients.ecs, memo: newMemo() }, taskDefinitionArn),
  },
  {
    name: 'readDeregistrationDelay',
    run: ({ clients, targetGroupArn }) =>
      readDeregistrationDelay({ loadBalancing: clients.loadBalancing, memo: newMemo() }, targetGroupArn),
  },
  { name: 'readTasks', run: async (account) => statuses(await readTasks(place(account))) },
  {
    name: 'inspect',
    run: ({ clients }) =>
      inspect({
        clients,
        cluster,
        groups: [group, 'no-such-group'],
        signalsQueueName: twin.queue,
        clock: { now: () => 0 },
        policyOf: () => ({ drainTimeoutSeconds: 3_600, tagProblems: [] }),
        expected: { hookName: twin.hook, launchHookName: 'none', leastHeartbeatTimeoutSeconds: 30 },
      }),
  },
]

const statuses = (tasks: Awaited<ReturnType<typeof readTasks>>) =>
  tasks.map(({ group, lastStatus, desiredStatus, stoppedReason }) => ({
    group,
    lastStatus,
    desiredStatus,
    stoppedReason,
  }))

export const acting: readonly TwinStep[] = [
  {
    name: 'writeMemory',
    run: async (account) => {
      const written = await writeMemory(here(account), 'v1 of a memory')
      const [instance] = await readContainerInstances(inCluster(account), [account.containerInstanceArn])
      return { written, memory: instance?.memory }
    },
  },
  {
    name: 'deleteMemory',
    run: async (account) => {
      await deleteMemory(here(account))
      const [instance] = await readContainerInstances(inCluster(account), [account.containerInstanceArn])
      return instance?.memory
    },
  },
  {
    name: 'setStatus DRAINING',
    run: async (account) => {
      await setStatus(here(account), 'DRAINING')
      return findDraining(inCluster(account))
    },
  },
  {
    name: 'setStatus ACTIVE',
    run: async (account) => {
      await setStatus(here(account), 'ACTIVE')
      return findDraining(inCluster(account))
    },
  },
  {
    name: 'stopTask',
    run: async (account) => {
      const { clients, taskArn, instanceId } = account
      await stopTask({ ecs: clients.ecs, cluster, taskArn, instanceId })
      return {
        running: await listTasks(place(account), 'RUNNING'),
        stopped: await listTasks(place(account), 'STOPPED'),
      }
    },
  },
  {
    name: 'publishNotification',
    run: ({ clients, topicArn }) =>
      publishNotification({ clients, notificationTopicArn: topicArn }, { message: 'stuck' }),
  },
  {
    name: 'publishNotification to a topic that does not exist',
    run: async ({ clients, topicArn }) =>
      (await publishNotification({ clients, notificationTopicArn: `${topicArn}-gone` }, { message: 'stuck' }))
        ?.name,
  },
  {
    name: 'sendLookAgain and postpone',
    run: async ({ clients: { sqs }, queueUrl, instanceId }) => {
      const about = { instanceId, autoScalingGroupName: group, hop: 1, occurredAt: 0 }
      await sendLookAgain({ sqs, wakesQueueUrl: queueUrl, delaySeconds: 0, ...about })
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MessageSystemAttributeNames: ['All'] }),
      )
      return postpone(
        sqs,
        queueUrl,
        Messages.map(({ MessageId = '', ReceiptHandle = '', Attributes = {} }) => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          eventSourceARN: `arn:aws:sqs:eu-west-1:111122223333:${twin.queue}`,
          attributes: Attributes as { readonly ApproximateReceiveCount: string },
        })),
      )
    },
  },
  {
    name: 'replaceInstance',
    run: ({ clients, instanceId }) => replaceInstance(clients.autoScaling, instanceId),
  },
  {
    name: 'deregister',
    run: async (account) => {
      await deregister(here(account))
      return findContainerInstances(inCluster(account), [account.instanceId])
    },
  },
]
