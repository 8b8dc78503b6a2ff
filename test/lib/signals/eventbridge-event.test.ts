import { describe, expect, it } from '@jest/globals'

import { readSignal } from '../../../lib/signals/read-signal.ts'
import { changedDetail, changedExample, exampleBody, unreadable } from './example-events.ts'

const viaEventBridge = 'lifecycle-terminating-eventbridge'

describe('reading an EventBridge event', () => {
  it.each([
    ['source', undefined, 'without source'],
    ['source', {}, 'whose source is not text'],
    ['detail-type', null, 'whose detail-type is not text'],
    ['time', undefined, 'without time'],
    ['time', 'yesterday', 'whose time is not a time in ISO 8601'],
    ['detail', undefined, 'without detail'],
    ['detail', 'text', 'whose detail is not an object'],
    ['detail', [], 'whose detail is not an object'],
  ])('with its %s being %j, is unreadable: it is one %s', (field, value, problem) => {
    expect(readSignal(changedExample(viaEventBridge, { [field]: value }))).toEqual(
      unreadable(`an EventBridge event ${problem}`),
    )
  })

  it('takes the time from the envelope, never from the detail', () => {
    const body = changedDetail(viaEventBridge, { Time: '2001-01-01T00:00:00Z' })
    expect(readSignal(body)).toEqual(readSignal(exampleBody(viaEventBridge)))
  })

  it('says what a lifecycle action in it lacks', () => {
    expect(
      readSignal(
        changedDetail(viaEventBridge, { LifecycleTransition: undefined, LifecycleHookName: undefined }),
      ),
    ).toEqual(unreadable('a lifecycle action without LifecycleTransition'))
  })

  it.each([
    ['aws.autoscaling', 'EC2 Instance-hibernate Lifecycle Action'],
    ['aws.ecs', 'EC2 Instance-terminate Lifecycle Action'],
    ['com.example', 'EC2 Instance-terminate Lifecycle Action'],
    ['com.example', 'constructor'],
  ])('ignores what comes from %s as "%s"', (source, detailType) => {
    expect(readSignal(changedExample(viaEventBridge, { source, 'detail-type': detailType }))).toEqual({
      kind: 'ignored',
      reason: 'other-event',
    })
  })
})

describe('reading an ECS state change', () => {
  const task = 'ecs-task-stopped'
  const instance = 'ecs-container-instance-draining'

  it.each([
    [task, 'clusterArn', undefined, 'an ECS task state change without clusterArn'],
    [task, 'clusterArn', 'web', "an ECS task state change whose clusterArn is not a cluster's ARN"],
    [
      task,
      'clusterArn',
      'arn:aws:ecs:eu-west-1:111122223333:cluster/web/b',
      "an ECS task state change whose clusterArn is not a cluster's ARN",
    ],
    [
      task,
      'containerInstanceArn',
      '',
      "an ECS task state change whose containerInstanceArn is not a container instance's ARN",
    ],
    [task, 'taskArn', undefined, 'an ECS task state change without taskArn'],
    [task, 'lastStatus', 'stopped!', 'an ECS task state change whose lastStatus is not a status'],
    [instance, 'ec2InstanceId', undefined, 'an ECS container instance state change without ec2InstanceId'],
    [
      instance,
      'ec2InstanceId',
      'mi-short',
      'an ECS container instance state change whose ec2InstanceId is not an EC2 instance id',
    ],
    [
      instance,
      'containerInstanceArn',
      undefined,
      'an ECS container instance state change without containerInstanceArn',
    ],
    [instance, 'status', undefined, 'an ECS container instance state change without status'],
  ])('%s with its %s being %j is unreadable: %s', (name, field, value, reason) => {
    expect(readSignal(changedDetail(name, { [field]: value }))).toEqual(unreadable(reason))
  })

  it('takes a cluster name of any form that ECS allows', () => {
    const clusterArn = `arn:aws-iso-b:ecs:us-isob-east-1:111122223333:cluster/${'Web_1-'.repeat(42)}`
    expect(readSignal(changedDetail(task, { clusterArn }))).toMatchObject({
      clusterName: 'Web_1-'.repeat(42),
    })
  })

  it('takes statuses and fields that ECS may add later', () => {
    const body = changedDetail(task, { lastStatus: 'HIBERNATING', novelty: { of: ['any', 'shape'] } })
    expect(readSignal(body)).toMatchObject({ kind: 'task-state-change', lastStatus: 'HIBERNATING' })
  })
})
