import { DescribeInstanceRefreshesCommand, type AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'

import { wakeCapacity } from '../../lib/act/wake-capacity.ts'
import type { DrainPolicy } from '../../lib/decide/policy.ts'
import { createCapacityObserver } from '../../lib/observe/capacity/capacity-observer.ts'
import { takeSnapshot } from '../../lib/observe/capacity/snapshot.ts'
import { findContainerInstances, readContainerInstances } from '../../lib/observe/container-instances.ts'
import { observeLaunches } from '../../lib/observe/launches.ts'
import { observeTasks } from '../../lib/observe/leaving-tasks.ts'
import { createObserver, type Observer } from '../../lib/observe/observer.ts'
import { REGION, twin, type TwinAccount } from './twin-account.ts'
import type { TwinStep } from './twin-steps.ts'

const { cluster, group } = twin

const policy: DrainPolicy = {
  drainTimeoutSeconds: 3_600,
  onDeadline: 'stop-tasks',
  standaloneTasks: 'wait',
  protectedTasks: 'ignore',
  drainReserveSeconds: 900,
  spot: 'off',
  rebalance: 'off',
  health: 'off',
}

/** A clock that says what it is told. */
const clockAt = (time: { now: number }) => ({ now: () => time.now })

const observerOf = ({ clients }: TwinAccount, time: { now: number }): Observer =>
  createObserver({
    clients,
    clock: clockAt(time),
    scope: {
      cluster,
      groups: [group],
      hookName: twin.hook,
      launchHookName: twin.launchHook,
      heartbeatTimeoutSeconds: 1_800,
    },
    policyOf: () => policy,
  })

const SECOND_MS = 1_000

/** Two looks: the second one when the time of both launches is up, so that it is asked whose cluster this is. */
const lookAtLaunches = async (account: TwinAccount) => {
  const time = { now: Date.now() }
  const observer = observerOf(account, time)
  const launching = [account.instanceId, 'i-0fedcba9876543210'].map((instanceId) => ({
    instanceId,
    autoScalingGroupName: group,
    state: 'Pending:Wait',
  }))
  const look = () =>
    observeLaunches(observer, launching, { now: time.now, policy: { launchTimeoutSeconds: 60 } })
  const first = await look()
  time.now += 120 * SECOND_MS
  return [...first, ...(await look())].map(({ now: _, startedAt: __, ...facts }) => facts)
}

/** Tasks on the one instance, which has no service's task: services are read by a step of their own. */
const lookAtTasks = async (account: TwinAccount, reading: 'statuses' | 'closely') => {
  const { clients, instanceId } = account
  const place = { ecs: clients.ecs, cluster }
  const [known] = await readContainerInstances(place, await findContainerInstances(place, [instanceId]))
  const facts = { now: 0, instanceId, hop: 0, ...(known !== undefined && { containerInstance: known }) }
  const { tasks, services, unread } = await observeTasks(
    observerOf(account, { now: 0 }),
    { facts, policy },
    reading,
  )
  return { tasks, services, unread }
}

/** Instance refreshes are what moto does not know: of none is told to both. */
const withoutRefreshes = (autoScaling: AutoScalingClient): AutoScalingClient => {
  const send = (command: object) =>
    command instanceof DescribeInstanceRefreshesCommand
      ? Promise.resolve({ InstanceRefreshes: [] })
      : autoScaling.send(command as never)
  // Whoever reads asks for `send` only.
  return { send } as unknown as AutoScalingClient
}

const lookAtCluster = async ({ clients }: TwinAccount) => {
  const autoScaling = withoutRefreshes(clients.autoScaling)
  const nobodyAsks = () => Promise.reject(new Error('no group of these may be shifted'))
  const observer = createCapacityObserver({
    clients: {
      ...clients,
      autoScaling,
      autoScalingOnce: autoScaling,
      s3: new S3Client({ region: REGION }),
      zonalShift: { get: nobodyAsks },
    },
    clock: clockAt({ now: 0 }),
    cluster,
    groups: [group],
    hookName: twin.hook,
    bucket: 'none',
  })
  // What an earlier snapshot has read from S3.
  observer.knownMachines.set(group, [])
  const { snapshot, standings, reads } = await takeSnapshot(observer)
  const taskDefinitions = [...snapshot.taskDefinitions.values()]
  return { snapshot: { ...snapshot, taskDefinitions }, standings: [...standings], reads }
}

const wakeTwice = async ({ clients: { sqs } }: TwinAccount) => {
  const Attributes = { FifoQueue: 'true' }
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'capacity.fifo', Attributes }))
  const wake = { sqs, capacityQueueUrl: QueueUrl, now: 0 }
  const errors = [await wakeCapacity(wake), await wakeCapacity({ ...wake, now: SECOND_MS })]
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  const bodies = Messages.map(({ Body }) => Body)
  const gone = { ...wake, capacityQueueUrl: QueueUrl.replace('capacity', 'gone') }
  return { errors, bodies, error: (await wakeCapacity(gone))?.name }
}

export const looking: readonly TwinStep[] = [
  { name: 'observeLaunches', run: lookAtLaunches },
  { name: 'observeTasks, statuses', run: (account) => lookAtTasks(account, 'statuses') },
  { name: 'observeTasks, closely', run: (account) => lookAtTasks(account, 'closely') },
  { name: 'takeSnapshot', run: lookAtCluster },
  { name: 'wakeCapacity', run: wakeTwice },
]
