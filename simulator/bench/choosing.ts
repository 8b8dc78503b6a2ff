import { performance } from 'node:perf_hooks'

import type { StoredCandidates } from '../../lib/capacity/candidate-list.ts'
import { removableTogether } from '../../lib/capacity/removal.ts'
import type { ClusterSnapshot } from '../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../lib/capacity/survey.ts'
import { candidateLists } from '../../lib/capacity/victims.ts'
import { choose } from '../../lib/scaling/choose.ts'
import { Telemetry } from '../../lib/telemetry.ts'
import { systemTimer } from '../../lib/timer.ts'
import { captureOutput } from '../world/product-output.ts'
import { answeringClients, type Answers } from './answering-clients.ts'
import { largeCluster } from './large-cluster.ts'

interface ChoosingMeasured {
  readonly medianMs: number
  readonly slowestMs: number
  /** Victims named in one answer; 0: a veto, which says nothing about the time that a choice takes. */
  readonly victims: number
}

const ROUNDS = 20
const ASKED_FOR = 2
const HEADROOM_PERCENT = 10

/** How long `choose-victims` takes to answer for a cluster of so many instances, when each call takes so long. */
export const measureChoosing = async (instances: number, latencyMs: number): Promise<ChoosingMeasured> => {
  const snapshot = largeCluster(instances, 'running')
  const clients = answeringClients(answersOf(snapshot), latencyMs)
  const environment = {
    settings: { cluster: 'web', bucket: 'ebbtide' },
    clients,
    clock: { now: () => Date.now() },
    after: systemTimer,
    telemetry: new Telemetry('web'),
  }
  const times: number[] = []
  let victims = 0
  const endCapture = captureOutput(() => undefined)
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now()
    const { InstanceIDs } = await choose(environment, requestOf(snapshot))
    times.push(performance.now() - start)
    victims = InstanceIDs.length
  }
  environment.telemetry.flush()
  endCapture()
  times.sort((one, other) => one - other)
  return { medianMs: times[ROUNDS / 2] ?? 0, slowestMs: times.at(-1) ?? 0, victims }
}

/** Auto Scaling offers all instances of the group, in one message. */
const requestOf = ({ groups, instances }: ClusterSnapshot) => ({
  AutoScalingGroupName: groups[0]?.name,
  Cause: 'SCALE_IN',
  CapacityToTerminate: [
    { AvailabilityZone: instances[0]?.zone, Capacity: ASKED_FOR, InstanceMarketOption: 'on-demand' },
  ],
  Instances: instances.map(({ instanceId, zone }) => ({ InstanceId: instanceId, AvailabilityZone: zone })),
})

/** S3 has the list of `capacity`, and ECS shows what it rests on. */
const answersOf = (snapshot: ClusterSnapshot): Answers => {
  const stored = JSON.stringify(storedOf(snapshot))
  const byArn = new Map(
    snapshot.instances.map(({ instanceId, containerInstance }) => [containerInstance?.arn, instanceId]),
  )
  const tasksOn = tasksByInstance(snapshot)
  return {
    GetObjectCommand: () => ({ Body: { transformToString: () => Promise.resolve(stored) } }),
    DescribeContainerInstancesCommand: ({ containerInstances }) => ({
      containerInstances: (containerInstances as readonly string[]).map((arn) => ({
        containerInstanceArn: arn,
        ec2InstanceId: byArn.get(arn),
        status: 'ACTIVE',
        agentConnected: true,
        runningTasksCount: tasksOn.get(arn)?.length,
        pendingTasksCount: 0,
      })),
      failures: [],
    }),
    ListTasksCommand: ({ containerInstance }) => ({ taskArns: tasksOn.get(containerInstance) }),
    GetTaskProtectionCommand: () => ({ protectedTasks: [], failures: [] }),
  }
}

/** ARNs of tasks by that of their container instance. */
const tasksByInstance = ({ tasks }: ClusterSnapshot): ReadonlyMap<unknown, readonly string[]> => {
  const byInstance = new Map<unknown, string[]>()
  for (const { arn, containerInstanceArn } of tasks)
    byInstance.set(containerInstanceArn, [...(byInstance.get(containerInstanceArn) ?? []), arn])
  return byInstance
}

const storedOf = (snapshot: ClusterSnapshot): StoredCandidates => {
  const group = snapshot.groups[0]?.name ?? ''
  const removable = removableTogether(surveyCluster(snapshot, HEADROOM_PERCENT), 'tasks')
  const list = candidateLists(removable, { ...snapshot, takenAt: Date.now() }, 60_000).get(group)
  if (list === undefined) throw new Error('the benchmark has no candidates')
  const places = snapshot.instances.flatMap(({ instanceId, containerInstance }) =>
    containerInstance === undefined ? [] : [[instanceId, containerInstance.arn] as const],
  )
  return { list, replacementComesFirst: false, places: Object.fromEntries(places) }
}
