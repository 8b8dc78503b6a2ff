import { describe, expect, it } from '@jest/globals'

import { MAX_BODY_CHARACTERS, readSignal } from '../../../lib/signals/read-signal.ts'
import { changedExample, exampleBody, exampleFields, unreadable } from './example-events.ts'

const direct = 'lifecycle-terminating-direct'
const viaSns = 'lifecycle-terminating-sns'
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const noJson = 'the body is neither JSON nor lines of "Key: value"'

describe('reading a body that is no message at all', () => {
  it.each([
    ['empty', '', 'the body is empty'],
    ['blank', ' \r\n\t', 'the body is empty'],
    ['prose', 'please drain: this one', noJson],
    ['a bare instance id', 'i-0123456789abcdef0', noJson],
    ['XML', '<LifecycleTransition>autoscaling:EC2_INSTANCE_TERMINATING</LifecycleTransition>', noJson],
    ['cut off in the middle', exampleBody(direct).slice(0, 300), noJson],
    ['followed by more', exampleBody(direct) + '}', noJson],
    ['null', 'null', 'the body is JSON null'],
    ['a number', '42', 'the body is a JSON number'],
    ['a boolean', 'true', 'the body is a JSON boolean'],
    ['an array', `[${exampleBody(direct)}]`, 'the body is a JSON array'],
    [
      'encoded twice',
      JSON.stringify(exampleBody(direct)),
      'the body is a JSON string, so perhaps encoded twice',
    ],
    ['an empty object', '{}', 'an object of no form that is known'],
    ['an object of somebody else', '{"Records":[]}', 'an object of no form that is known'],
    ['half a million arrays deep', nested(MAX_BODY_CHARACTERS / 2), 'the body is a JSON array'],
    ['longer than SQS carries', ' '.repeat(MAX_BODY_CHARACTERS + 1), 'the body is longer than 1 MiB'],
  ])('calls a body that is %s unreadable and says why', (_, body, reason) => {
    expect(readSignal(body)).toEqual(unreadable(reason))
  })

  it('reads a message that fills SQS to the last byte', () => {
    const body = changedExample(direct, { NotificationMetadata: '' })
    const filling = 'x'.repeat(MAX_BODY_CHARACTERS - body.length)
    expect(readSignal(changedExample(direct, { NotificationMetadata: filling }))).toEqual(readSignal(body))
    expect(readSignal(changedExample(direct, { NotificationMetadata: filling + 'x' })).kind).toBe(
      'unreadable',
    )
  })
})

describe('reading a lifecycle action', () => {
  it.each([
    ['EC2InstanceId', undefined, 'without EC2InstanceId'],
    ['EC2InstanceId', null, 'whose EC2InstanceId is not an EC2 instance id'],
    ['EC2InstanceId', '', 'whose EC2InstanceId is not an EC2 instance id'],
    ['EC2InstanceId', 'mi-0123456789abcdef0', 'whose EC2InstanceId is not an EC2 instance id'],
    ['EC2InstanceId', 'i-0123456789ABCDEF0', 'whose EC2InstanceId is not an EC2 instance id'],
    ['EC2InstanceId', 'i-0123456789abcdef', 'whose EC2InstanceId is not an EC2 instance id'],
    ['EC2InstanceId', 'i-0123456789abcdef0\n', 'whose EC2InstanceId is not an EC2 instance id'],
    ['EC2InstanceId', ['i-0123456789abcdef0'], 'whose EC2InstanceId is not an EC2 instance id'],
    ['AutoScalingGroupName', undefined, 'without AutoScalingGroupName'],
    [
      'AutoScalingGroupName',
      'g'.repeat(256),
      'whose AutoScalingGroupName is not an Auto Scaling group name of at most 255 characters',
    ],
    [
      'AutoScalingGroupName',
      'web\u001b[2J',
      'whose AutoScalingGroupName is not an Auto Scaling group name of at most 255 characters',
    ],
    ['LifecycleHookName', undefined, 'without LifecycleHookName'],
    ['LifecycleHookName', 'h'.repeat(256), 'whose LifecycleHookName is not the name of a lifecycle hook'],
    ['LifecycleTransition', undefined, 'without LifecycleTransition'],
    ['LifecycleTransition', 7, 'whose LifecycleTransition is not text'],
    ['Time', undefined, 'without Time'],
    ['Time', '20 November 2026', 'whose Time is not a time in ISO 8601'],
    ['Time', '2026-02-30T09:15:43.904Z', 'whose Time is not a time in ISO 8601'],
    ['Time', 1795166143904, 'whose Time is not a time in ISO 8601'],
    ['Action', 'rm -rf', 'whose Action is not one word'],
  ])('with its %s being %j, is unreadable: it is one %s', (field, value, problem) => {
    expect(readSignal(changedExample(direct, { [field]: value }))).toEqual(
      unreadable(`a lifecycle action ${problem}`),
    )
  })

  it('takes the short ids of old instances and group names up to their full length', () => {
    const change = { EC2InstanceId: 'i-0a1b2c3d', AutoScalingGroupName: 'g'.repeat(255) }
    expect(readSignal(changedExample(direct, change))).toMatchObject({
      instanceId: 'i-0a1b2c3d',
      autoScalingGroupName: 'g'.repeat(255),
    })
  })

  it('leaves out a place that AWS may add later, rather than lose the drain', () => {
    const signal = readSignal(changedExample(direct, { Destination: 'Hibernation' }))
    expect(signal).toMatchObject({ kind: 'lifecycle-action', origin: 'AutoScalingGroup' })
    expect(signal).not.toHaveProperty('destination')
  })

  it('ignores an unknown transition, whatever else is missing', () => {
    const change = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_HIBERNATING', EC2InstanceId: undefined }
    expect(readSignal(changedExample(direct, change))).toEqual({
      kind: 'ignored',
      reason: 'unknown-transition',
    })
  })

  it('drops token and metadata', () => {
    expect(Object.keys(readSignal(exampleBody(direct))).sort()).toEqual([
      'autoScalingGroupName',
      'destination',
      'instanceId',
      'kind',
      'lifecycleHookName',
      'occurredAt',
      'origin',
      'transition',
    ])
  })

  it('is not fooled by fields that hide in a prototype', () => {
    const body = `{"LifecycleHookName":"ebbtide-web","__proto__":${exampleBody(direct)}}`
    expect(readSignal(body)).toEqual(unreadable('a lifecycle action without LifecycleTransition'))
    expect(readSignal(`{"__proto__":${exampleBody(direct)}}`)).toEqual(
      unreadable('an object of no form that is known'),
    )
  })
})

describe('reading lines of "Key: value"', () => {
  const lines = exampleFields('lifecycle-terminating-sns-key-value').Message as string

  it('reads them as the body too, as raw delivery would bring them', () => {
    expect(readSignal(lines)).toEqual(readSignal(exampleBody(direct)))
  })

  it('reads them with the line ends of an email', () => {
    expect(readSignal(lines.replaceAll('\n', '\r\n'))).toEqual(readSignal(exampleBody(direct)))
  })

  it('reads the first of two lines with one key, as metadata may hold lines that look like fields', () => {
    expect(readSignal(`${lines}EC2InstanceId: i-0ffffffffffffffff\n`)).toEqual(
      readSignal(exampleBody(direct)),
    )
  })

  it('ignores a group notification in that form', () => {
    const notification = 'Service: AWS Auto Scaling\nEvent: autoscaling:EC2_INSTANCE_LAUNCH\nStatusMessage:\n'
    expect(readSignal(notification)).toEqual({ kind: 'ignored', reason: 'group-notification' })
  })

  it('says what is missing', () => {
    expect(readSignal('LifecycleTransition: autoscaling:EC2_INSTANCE_TERMINATING')).toEqual(
      unreadable('a lifecycle action without EC2InstanceId'),
    )
  })
})

describe('reading an SNS envelope', () => {
  it.each([
    ['no Message', undefined, 'an SNS notification whose Message is not text'],
    ['a Message that is an object', exampleFields(direct), 'an SNS notification whose Message is not text'],
    ['an empty Message', '', 'the SNS Message is empty'],
    ['prose', 'hello', 'the SNS Message is neither JSON nor lines of "Key: value"'],
    ['an array', '[]', 'the SNS Message is a JSON array'],
    ['another envelope', exampleBody(viaSns), 'an object of no form that is known'],
    [
      'an action that lacks its hook',
      changedExample(direct, { LifecycleHookName: undefined }),
      'a lifecycle action without LifecycleHookName',
    ],
  ])('with %s in it, says why it is unreadable', (_, message, reason) => {
    expect(readSignal(changedExample(viaSns, { Message: message }))).toEqual(unreadable(reason))
  })

  it('does not care what the subject says', () => {
    const subject = "Auto Scaling: Lifecycle action 'LAUNCHING'"
    expect(readSignal(changedExample(viaSns, { Subject: subject }))).toEqual(readSignal(exampleBody(direct)))
  })
})
