import { describe, expect, it } from '@jest/globals'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { SHUTTING_DOWN_SECONDS } from '../../../../simulator/aws/ec2/ec2.ts'
import type { PutLifecycleHookCommandInput } from '@aws-sdk/client-auto-scaling'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds

const waiting = async (hook: Partial<PutLifecycleHookCommandInput> = {}) => {
  const world = openWorld({ spec: { terminateHookAbandon: 'retain' } })
  world.putHook(hook)
  const id = world.idAt(0)
  const before = world.instances().map(({ InstanceId }) => InstanceId)
  world.call('TerminateInstanceInAutoScalingGroup', {
    InstanceId: id,
    ShouldDecrementDesiredCapacity: false,
  })
  await world.pass(TERMINATING_SECONDS)
  return { ...world, id, newcomers: () => world.newcomers(before) }
}

const tokensOf = ({ lifecycleEvents }: Awaited<ReturnType<typeof waiting>>) =>
  lifecycleEvents().map(({ LifecycleActionToken }) => LifecycleActionToken)

describe('a group whose lifecycle policy retains', () => {
  it('keeps an instance on ABANDON beyond its desired capacity, and its machine runs on', async () => {
    const { id, complete, stateOf, pass, ec2, activities, newcomers, group } = await waiting()
    complete(id, 'ABANDON')
    expect(stateOf(id)).toBe('Terminating:Retained')
    const termination = activities().find(({ Description }) => Description?.startsWith('Terminating'))
    expect(termination).toMatchObject({
      StatusCode: 'Cancelled',
      StatusMessage: expect.stringContaining('was abandoned'),
    })
    await pass(CAPACITY_LOOP_SECONDS + BOOT)
    expect(newcomers().map(stateOf)).toEqual(['InService'])
    expect(group().DesiredCapacity).toBe(3)
    await pass(86_400)
    expect(stateOf(id)).toBe('Terminating:Retained')
    expect(ec2.find(id)?.state).toBe('running')
  })

  it.each([
    ['a heartbeat timeout', { HeartbeatTimeout: 30, DefaultResult: 'ABANDON' }, 'Terminating:Retained'],
    ['a hook that continues by default', { HeartbeatTimeout: 30, DefaultResult: 'CONTINUE' }, undefined],
  ])('counts the default result of %s', async (_name, hook, state) => {
    const { id, pass, stateOf } = await waiting(hook)
    await pass(30 + SHUTTING_DOWN_SECONDS)
    expect(stateOf(id)).toBe(state)
  })

  it('runs the hook again, with another token, when a person terminates the instance', async () => {
    const world = await waiting()
    const { id, complete, call, pass, stateOf, activities } = world
    complete(id, 'ABANDON')
    const again = { InstanceId: id, ShouldDecrementDesiredCapacity: false }
    const { Activity } = call('TerminateInstanceInAutoScalingGroup', again)
    expect(Activity.StatusCode).toBe('InProgress')
    expect(activities().filter(({ Description }) => Description?.includes(id))).toHaveLength(3)
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    expect(new Set(tokensOf(world)).size).toBe(2)
    complete(id)
    await pass(SHUTTING_DOWN_SECONDS)
    expect(stateOf(id)).toBeUndefined()
  })

  it('retains an instance a second time when the hook is abandoned again', async () => {
    const { id, complete, call, pass, stateOf } = await waiting()
    complete(id, 'ABANDON')
    call('TerminateInstanceInAutoScalingGroup', { InstanceId: id, ShouldDecrementDesiredCapacity: false })
    await pass(TERMINATING_SECONDS)
    complete(id, 'ABANDON')
    expect(stateOf(id)).toBe('Terminating:Retained')
  })

  it('refuses to take a retained instance off the desired capacity', async () => {
    const { id, complete, call } = await waiting()
    complete(id, 'ABANDON')
    expect(() =>
      call('TerminateInstanceInAutoScalingGroup', { InstanceId: id, ShouldDecrementDesiredCapacity: true }),
    ).toThrow(expect.objectContaining({ code: 'ValidationError' }))
  })

  it('terminates on ABANDON once the policy has been changed, but keeps what it has retained', async () => {
    const { id, complete, call, pass, stateOf, group, idAt } = await waiting()
    complete(id, 'ABANDON')
    expect(group().InstanceLifecyclePolicy).toEqual({ RetentionTriggers: { TerminateHookAbandon: 'retain' } })
    call('UpdateAutoScalingGroup', {
      AutoScalingGroupName: 'web-a',
      InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: 'terminate' } },
    })
    const other = idAt(1)
    call('TerminateInstanceInAutoScalingGroup', { InstanceId: other, ShouldDecrementDesiredCapacity: false })
    await pass(TERMINATING_SECONDS)
    complete(other, 'ABANDON')
    expect([stateOf(id), stateOf(other)]).toEqual(['Terminating:Retained', 'Terminating:Proceed'])
  })
})
