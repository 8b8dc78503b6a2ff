import * as z from 'zod'

import type { LifecycleActionSignal, Signal } from '../../lib/signals/signal.ts'

/** How far a termination has come in the world that a message is replayed in. */
export type Stage =
  /** Nobody terminates the instance. */
  | 'in-service'
  /** Our hook has just begun to wait. */
  | 'terminating'
  /** DRAINING and remembered for a while; its task still runs. */
  | 'draining'
  /** ECS has decided to stop the last task, and its target is being deregistered. */
  | 'task-leaving'
  | 'last-task-stopped'

/** What a message is about, as far as it says so; placeholders of AWS's documentation for the rest. */
export interface Subject {
  readonly stage: Stage
  readonly region: string
  readonly accountId: string
  readonly cluster: string
  readonly autoScalingGroupName: string
  readonly instanceId: string
  /** Where a message names several. */
  readonly otherInstanceIds: readonly string[]
  readonly serviceName: string
  readonly agent: 'connected' | 'disconnected'
  /** What happens to the machine just before the message comes. */
  readonly machine: 'runs-on' | 'stops' | 'terminates'
  /** Absent: the message does not name it. */
  readonly containerInstanceArn?: string
  readonly taskArn?: string
  /** When it happened, milliseconds since 1970. Absent: the message does not say. */
  readonly occurredAt?: number
  /** What the replayed world cannot show. */
  readonly note?: string
}

const placeholders = {
  stage: 'in-service',
  region: 'eu-west-1',
  accountId: '111122223333',
  cluster: 'web',
  autoScalingGroupName: 'ecs-web-a',
  instanceId: 'i-0123456789abcdef0',
  serviceName: 'web',
  agent: 'connected',
  machine: 'runs-on',
  otherInstanceIds: [],
} as const satisfies Subject

/** What is read of a body beside its signal: only to make the world look more like the one it came from. */
const ecsDetail = z.looseObject({
  detail: z.looseObject({ group: z.optional(z.string()), agentConnected: z.optional(z.boolean()) }),
})

/**
 * The subject of a message. A lifecycle action and a look-again message do not name the cluster: it is taken from the
 * hook's name where that is one of ours, unless `cluster` is given.
 */
export const subjectOf = (signal: Signal, body: string, cluster?: string): Subject => {
  const subject = {
    ...placeholders,
    ...instancesIn(signal),
    ...said(signal),
    ...(cluster !== undefined && { cluster }),
  }
  if (!('occurredAt' in signal)) return subject
  const { occurredAt } = signal
  return { ...subject, ...ecsWords(body), ...(isPlausible(occurredAt) && { occurredAt }) }
}

/** Between 2001 and 2286: thirteen digits, which is what memory has room for. */
const isPlausible = (at: number): boolean => at >= 1e12 && at < 1e13

const instancesIn = (signal: Signal): Partial<Subject> => {
  const [instanceId, ...otherInstanceIds] =
    'instanceIds' in signal ? signal.instanceIds : 'instanceId' in signal ? [signal.instanceId] : []
  return instanceId === undefined ? {} : { instanceId, otherInstanceIds }
}

const said = (signal: Signal): Partial<Subject> => {
  switch (signal.kind) {
    case 'lifecycle-action':
      return saidByAction(signal)
    case 'task-state-change': {
      const { clusterName: cluster, containerInstanceArn, taskArn, lastStatus } = signal
      const stage = lastStatus === 'STOPPED' ? 'last-task-stopped' : 'task-leaving'
      return { cluster, containerInstanceArn, taskArn, stage, ...placeOf(containerInstanceArn) }
    }
    case 'container-instance-state-change': {
      const { clusterName: cluster, containerInstanceArn, status } = signal
      const stage = status === 'DRAINING' ? 'draining' : 'in-service'
      return { cluster, containerInstanceArn, stage, ...placeOf(containerInstanceArn) }
    }
    case 'look-again':
      return { autoScalingGroupName: signal.autoScalingGroupName, stage: 'draining' }
    case 'test-notification':
      return { autoScalingGroupName: signal.autoScalingGroupName }
    case 'instance-state-change':
      return { machine: signal.state.startsWith('stop') ? 'stops' : 'terminates' }
    case 'spot-interruption':
    case 'capacity-reservation-interruption':
    case 'rebalance-recommendation':
    case 'scheduled-change':
    case 'ignored':
    case 'unreadable':
      return {}
  }
}

const saidByAction = (signal: LifecycleActionSignal): Partial<Subject> => {
  const { autoScalingGroupName, lifecycleHookName } = signal
  const cluster = /^ebbtide-(.+)$/.exec(lifecycleHookName)?.[1]
  const note = unmodelled(signal)
  const isTermination = signal.transition === 'terminating' && note === undefined
  return {
    autoScalingGroupName,
    stage: isTermination ? 'terminating' : 'in-service',
    ...(cluster !== undefined && { cluster }),
    ...(note !== undefined && { note }),
  }
}

const unmodelled = ({ origin, destination, action }: LifecycleActionSignal): string | undefined => {
  if (origin === 'WarmPool' || destination === 'WarmPool')
    return 'the simulator has no warm pools: the instance stays in service here'
  return action === undefined
    ? undefined
    : `the simulator does not model ${action}: the instance stays in service here`
}

/** `arn:aws:ecs:eu-west-1:111122223333:container-instance/…` */
const placeOf = (arn: string): Partial<Subject> => {
  const [, , , region = placeholders.region, accountId = placeholders.accountId] = arn.split(':')
  return { region, accountId }
}

const ecsWords = (body: string): Partial<Subject> => {
  const { detail } = ecsDetail.safeParse(parseJson(body)).data ?? { detail: {} }
  return {
    ...(detail.group?.startsWith('service:') && { serviceName: detail.group.slice('service:'.length) }),
    ...(detail.agentConnected === false && { agent: 'disconnected' }),
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
