import { describe, expect, it } from '@jest/globals'

import { readSignal } from '../../../lib/signals/read-signal.ts'
import type {
  CapacityReservationInterruptionSignal,
  ContainerInstanceStateChangeSignal,
  IgnoredReason,
  IgnoredSignal,
  InstanceStateChangeSignal,
  LifecycleActionSignal,
  RebalanceRecommendationSignal,
  ScheduledChangeSignal,
  Signal,
  SpotInterruptionSignal,
  TaskStateChangeSignal,
  TestNotificationSignal,
} from '../../../lib/signals/signal.ts'
import { exampleBody, exampleNames, TOKEN } from './example-events.ts'

const toTheMillisecond = Date.UTC(2026, 10, 20, 9, 15, 43, 904)
const toTheSecond = Date.UTC(2026, 10, 20, 9, 15, 43)

const terminating: LifecycleActionSignal = {
  kind: 'lifecycle-action',
  transition: 'terminating',
  instanceId: 'i-0123456789abcdef0',
  autoScalingGroupName: 'ecs-web-a',
  lifecycleHookName: 'ebbtide-web',
  origin: 'AutoScalingGroup',
  destination: 'EC2',
  occurredAt: toTheMillisecond,
}
const terminatingEvent: LifecycleActionSignal = { ...terminating, occurredAt: toTheSecond }
const launching: LifecycleActionSignal = {
  ...terminating,
  transition: 'launching',
  origin: 'EC2',
  destination: 'AutoScalingGroup',
}
const launchingEvent: LifecycleActionSignal = { ...launching, occurredAt: toTheSecond }
const withinGroup = { origin: 'AutoScalingGroup', destination: 'AutoScalingGroup' } as const

const testNotification: TestNotificationSignal = {
  kind: 'test-notification',
  autoScalingGroupName: 'ecs-web-a',
  occurredAt: Date.UTC(2026, 10, 20, 9, 0, 14, 22),
}

const taskStopped: TaskStateChangeSignal = {
  kind: 'task-state-change',
  clusterName: 'web',
  containerInstanceArn:
    'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3',
  taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/web/8f1d6c3a52b44e7d9a601c2b3d4e5f60',
  lastStatus: 'STOPPED',
  occurredAt: Date.UTC(2026, 10, 20, 9, 21, 13),
}
const containerInstanceDraining: ContainerInstanceStateChangeSignal = {
  kind: 'container-instance-state-change',
  clusterName: 'web',
  containerInstanceArn: taskStopped.containerInstanceArn,
  instanceId: 'i-0123456789abcdef0',
  status: 'DRAINING',
  occurredAt: Date.UTC(2026, 10, 20, 9, 15, 46),
}
const spotInterruption: SpotInterruptionSignal = {
  kind: 'spot-interruption',
  instanceId: 'i-0123456789abcdef0',
  action: 'terminate',
  occurredAt: toTheSecond,
}
const capacityInterruption: CapacityReservationInterruptionSignal = {
  kind: 'capacity-reservation-interruption',
  instanceIds: ['i-0123456789abcdef0'],
  startsAt: Date.UTC(2026, 10, 20, 9, 17, 43),
  occurredAt: toTheSecond,
}
const rebalanceRecommendation: RebalanceRecommendationSignal = {
  kind: 'rebalance-recommendation',
  instanceId: 'i-0123456789abcdef0',
  occurredAt: toTheSecond,
}
const shuttingDown: InstanceStateChangeSignal = {
  kind: 'instance-state-change',
  instanceId: 'i-0123456789abcdef0',
  state: 'shutting-down',
  occurredAt: toTheSecond,
}
const retirement: ScheduledChangeSignal = {
  kind: 'scheduled-change',
  instanceIds: ['i-0123456789abcdef0'],
  code: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
  startsAt: Date.UTC(2026, 11, 4, 13, 19, 3),
  occurredAt: Date.UTC(2026, 10, 20, 1, 43, 21),
}
const ignored = (reason: IgnoredReason): IgnoredSignal => ({ kind: 'ignored', reason })

/** Every file in `events/` has its row: what a message says is decided here, once. */
const expected: Readonly<Record<string, Signal>> = {
  'lifecycle-terminating-direct': terminating,
  'lifecycle-terminating-before-origin': {
    kind: 'lifecycle-action',
    transition: 'terminating',
    instanceId: 'i-0123456789abcdef0',
    autoScalingGroupName: 'ecs-web-a',
    lifecycleHookName: 'ebbtide-web',
    occurredAt: Date.UTC(2021, 1, 10, 9, 15, 43, 904),
  },
  'lifecycle-terminating-sns': terminating,
  'lifecycle-terminating-sns-key-value': terminating,
  'lifecycle-terminating-eventbridge': terminatingEvent,
  'lifecycle-terminating-eventbridge-sns': terminatingEvent,
  'lifecycle-terminating-managed-draining-hook': {
    ...terminating,
    lifecycleHookName: 'ecs-managed-draining-termination-hook',
  },
  'lifecycle-launching-direct': launching,
  'lifecycle-launching-sns': launching,
  'lifecycle-launching-eventbridge': launchingEvent,
  'lifecycle-to-warm-pool': { ...terminatingEvent, destination: 'WarmPool' },
  'lifecycle-into-warm-pool': { ...launchingEvent, destination: 'WarmPool' },
  'lifecycle-out-of-warm-pool': { ...launchingEvent, origin: 'WarmPool' },
  'lifecycle-replace-root-volume': { ...terminatingEvent, ...withinGroup, action: 'ReplaceRootVolume' },
  'lifecycle-root-volume-replaced': { ...launchingEvent, ...withinGroup, action: 'ReplaceRootVolume' },
  'lifecycle-unknown-transition': ignored('unknown-transition'),
  'test-notification-direct': testNotification,
  'test-notification-sns': testNotification,
  'test-notification-transition': testNotification,
  'group-notification': ignored('group-notification'),
  'group-notification-sns': ignored('group-notification'),
  'sns-subscription-confirmation': {
    kind: 'unreadable',
    reason: 'an SNS message that is not a notification, such as a subscription to confirm',
  },
  'ecs-task-deactivating': {
    ...taskStopped,
    lastStatus: 'DEACTIVATING',
    occurredAt: Date.UTC(2026, 10, 20, 9, 16, 10),
  },
  'ecs-task-stopped': taskStopped,
  'ecs-task-stopped-short-arns': {
    ...taskStopped,
    containerInstanceArn:
      'arn:aws:ecs:eu-west-1:111122223333:container-instance/4a7c2e9b-1d3f-4058-a6b7-c8d9e0f1a2b3',
    taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/8f1d6c3a-52b4-4e7d-9a60-1c2b3d4e5f60',
  },
  'ecs-task-stopped-china': {
    ...taskStopped,
    containerInstanceArn:
      'arn:aws-cn:ecs:cn-north-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3',
    taskArn: 'arn:aws-cn:ecs:cn-north-1:111122223333:task/web/8f1d6c3a52b44e7d9a601c2b3d4e5f60',
  },
  'ecs-task-stopped-us-gov': {
    ...taskStopped,
    containerInstanceArn:
      'arn:aws-us-gov:ecs:us-gov-west-1:111122223333:container-instance/web/4a7c2e9b1d3f4058a6b7c8d9e0f1a2b3',
    taskArn: 'arn:aws-us-gov:ecs:us-gov-west-1:111122223333:task/web/8f1d6c3a52b44e7d9a601c2b3d4e5f60',
  },
  'ecs-task-stopped-fargate': ignored('task-not-on-ec2'),
  'ecs-task-stopped-external': ignored('task-not-on-ec2'),
  'ecs-container-instance-draining': containerInstanceDraining,
  'ecs-container-instance-agent-disconnected': { ...containerInstanceDraining, status: 'ACTIVE' },
  'ecs-container-instance-external': ignored('container-instance-not-on-ec2'),
  'ecs-service-placement-failure': ignored('other-event'),
  'instance-terminate-successful': ignored('other-event'),
  'spot-interruption-warning': spotInterruption,
  'spot-interruption-warning-china': { ...spotInterruption, action: 'stop' },
  'capacity-reservation-interruption': capacityInterruption,
  'capacity-block-interruption': { ...capacityInterruption, startsAt: Date.UTC(2026, 10, 20, 9, 25, 43) },
  'capacity-block-expiration': {
    kind: 'capacity-reservation-interruption',
    instanceIds: [],
    capacityReservationId: 'cr-0123456789abcdef0',
    occurredAt: toTheSecond,
  },
  'rebalance-recommendation': rebalanceRecommendation,
  'rebalance-recommendation-china': rebalanceRecommendation,
  'instance-state-change': shuttingDown,
  'instance-state-change-china': { ...shuttingDown, state: 'stopped' },
  'instance-state-change-running': ignored('other-instance-state'),
  'instance-state-change-empty': ignored('other-instance-state'),
  'instance-state-change-unknown': ignored('other-instance-state'),
  'health-retirement-scheduled': retirement,
  'health-retirement-china': retirement,
  'health-maintenance-several-instances': {
    ...retirement,
    instanceIds: ['i-0123456789abcdef0', 'i-0fedcba9876543210'],
    code: 'AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED',
  },
  'health-retirement-backup-copy': ignored('backup-copy'),
  'health-retirement-closed': ignored('closed-health-event'),
  'health-operational-issue': ignored('other-health-event'),
  'health-volume-change-scheduled': ignored('other-health-event'),
  'look-again': {
    kind: 'look-again',
    instanceId: 'i-0123456789abcdef0',
    autoScalingGroupName: 'ecs-web-a',
    hop: 1,
    occurredAt: toTheMillisecond,
  },
}

describe('the examples in events/', () => {
  it('each have a row in the table of this test, and each row has its file', () => {
    expect([...exampleNames()].sort()).toEqual(Object.keys(expected).sort())
  })

  it.each(exampleNames())('%s.json is read as the table says', (name) => {
    expect(readSignal(exampleBody(name))).toStrictEqual(expected[name])
  })

  it.each(exampleNames())('%s.json is read the same without its line breaks, as AWS sends it', (name) => {
    const sent = JSON.stringify(JSON.parse(exampleBody(name)))
    expect(readSignal(sent)).toStrictEqual(expected[name])
  })

  it.each(exampleNames().filter((name) => name.startsWith('lifecycle-')))(
    '%s.json holds a token, so that dropping it is tested',
    (name) => {
      expect(exampleBody(name)).toContain(TOKEN)
    },
  )
})
