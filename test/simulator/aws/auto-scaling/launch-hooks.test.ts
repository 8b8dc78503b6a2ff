import { describe, expect, it } from '@jest/globals'
import { CAPACITY_LOOP_SECONDS } from '../../../../simulator/aws/auto-scaling/capacity-loop.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { SHUTTING_DOWN_SECONDS } from '../../../../simulator/aws/ec2/ec2.ts'
import { groupSpec, openWorld, ZONES } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds

/** A world in which a fourth instance has booted and waits at the launch hook. */
const launching = async (DefaultResult = 'ABANDON') => {
  const world = openWorld()
  world.putHook({
    LifecycleHookName: 'admit',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    DefaultResult,
  })
  world.setDesired(4)
  await world.pass(CAPACITY_LOOP_SECONDS + BOOT)
  return { ...world, id: world.idAt(3) }
}

describe('launches', () => {
  it('comes into service when the machine runs, where there is no hook', async () => {
    const { setDesired, pass, idAt, stateOf, activities, events } = openWorld()
    setDesired(4)
    await pass(CAPACITY_LOOP_SECONDS)
    const id = idAt(3)
    expect(stateOf(id)).toBe('Pending')
    expect(activities()[0]).toMatchObject({ StatusCode: 'PreInService', Progress: 30 })
    await pass(BOOT)
    expect(stateOf(id)).toBe('InService')
    expect(activities()[0]).toMatchObject({
      Description: `Launching a new EC2 instance: ${id}`,
      StatusCode: 'Successful',
      Progress: 100,
    })
    expect(events.at(-1)).toMatchObject({
      detailType: 'EC2 Instance Launch Successful',
      detail: { EC2InstanceId: id, Origin: 'EC2', Destination: 'AutoScalingGroup' },
    })
  })

  it('waits at its hook and comes into service on CONTINUE', async () => {
    const { id, stateOf, complete, activities, events } = await launching()
    expect(stateOf(id)).toBe('Pending:Wait')
    expect(activities()[0]).toMatchObject({ StatusCode: 'MidLifecycleAction', Progress: 40 })
    expect(events.at(-1)).toMatchObject({
      detailType: 'EC2 Instance-launch Lifecycle Action',
      detail: { LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING', Origin: 'EC2' },
    })
    complete(id, 'CONTINUE', 'admit')
    expect(stateOf(id)).toBe('InService')
  })

  it('terminates an abandoned launch past the termination hook, and launches another', async () => {
    const { id, stateOf, complete, activities, putHook, pass, instances, call } = await launching()
    putHook()
    complete(id, 'ABANDON', 'admit')
    expect(stateOf(id)).toBe('Terminating')
    const launch = activities().find(({ Description }) => Description?.startsWith('Launching'))
    expect(launch).toMatchObject({
      StatusCode: 'Cancelled',
      StatusMessage: expect.stringMatching(/was abandoned: Lifecycle Action Completed with ABANDON Result$/),
    })
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    await pass(CAPACITY_LOOP_SECONDS - TERMINATING_SECONDS)
    expect(instances()).toHaveLength(5)
    call('DeleteLifecycleHook', { AutoScalingGroupName: 'web-a', LifecycleHookName: 'admit' })
    complete(id)
    await pass(BOOT)
    expect(stateOf(id)).toBeUndefined()
    expect(instances()).toHaveLength(4)
  })

  it('says that a launch whose hook timed out was abandoned for its heartbeat', async () => {
    const { pass, activities, ended, id } = await launching()
    await pass(300)
    expect(ended).toEqual([
      expect.objectContaining({
        instanceId: id,
        transition: 'launching',
        by: 'heartbeat-timeout',
        result: 'ABANDON',
      }),
    ])
    const messages = activities().map(({ StatusMessage }) => StatusMessage)
    expect(messages).toContainEqual(expect.stringMatching(/was abandoned: Heartbeat Timeout$/))
  })

  it('abandons waiting launches when their hook is deleted', async () => {
    const { call, ended, id, stateOf } = await launching('CONTINUE')
    call('DeleteLifecycleHook', { AutoScalingGroupName: 'web-a', LifecycleHookName: 'admit' })
    expect(ended).toEqual([expect.objectContaining({ by: 'hook-deleted', result: 'ABANDON' })])
    expect(stateOf(id)).toBe('Terminating')
  })

  it('ends the launch action of an instance that is terminated while it waits', async () => {
    const { terminate, ended, id, stateOf, pass } = await launching()
    terminate(id)
    expect(ended).toEqual([expect.objectContaining({ by: 'instance-terminated', transition: 'launching' })])
    await pass(TERMINATING_SECONDS + SHUTTING_DOWN_SECONDS)
    expect(stateOf(id)).toBeUndefined()
  })

  it('launches the desired instances of a group that has just been created', async () => {
    const { autoScaling, call, pass } = openWorld()
    autoScaling.createGroup(groupSpec({ name: 'web-b', desired: 2 }), ZONES)
    const states = () =>
      call('DescribeAutoScalingGroups', {
        AutoScalingGroupNames: ['web-b'],
      }).AutoScalingGroups[0]?.Instances?.map(({ LifecycleState }) => LifecycleState)
    expect(states()).toEqual([])
    await pass(CAPACITY_LOOP_SECONDS)
    expect(states()).toEqual(['Pending', 'Pending'])
    await pass(BOOT)
    expect(states()).toEqual(['InService', 'InService'])
    expect(call('DescribeScalingActivities', { AutoScalingGroupName: 'web-b' }).Activities[0]?.Cause).toMatch(
      /a user request created an AutoScalingGroup changing the desired capacity from 0 to 2\. {2}At .* an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2\.$/,
    )
  })
})
