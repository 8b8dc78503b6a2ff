import { describe, expect, it } from '@jest/globals'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { SHUTTING_DOWN_SECONDS } from '../../../../simulator/aws/ec2/ec2.ts'
import { openWorld } from './auto-scaling-world.ts'

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:signals'
const ROLE = 'arn:aws:iam::111122223333:role/hook'
const LAMBDA = 'arn:aws:lambda:eu-west-1:111122223333:function:hook'

const twoHooks = async (options = {}) => {
  const world = openWorld(options)
  world.putHook()
  world.putHook({ LifecycleHookName: 'ecs-managed-draining-termination-hook' })
  const id = world.idAt(0)
  world.terminate(id)
  await world.pass(TERMINATING_SECONDS)
  return { ...world, id }
}

describe('termination hooks', () => {
  it('goes from Terminating past the wait to gone, and the activity follows', async () => {
    const { putHook, idAt, terminate, stateOf, pass, complete, activities, ec2 } = openWorld()
    putHook()
    const id = idAt(0)
    const latest = () => activities()[0]!
    expect(terminate(id).Activity).toMatchObject({ StatusCode: 'InProgress', Progress: 0 })
    expect(stateOf(id)).toBe('Terminating')
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    expect(latest()).toMatchObject({
      Description: `Terminating EC2 instance: ${id}`,
      StatusCode: 'MidTerminatingLifecycleAction',
      Progress: 60,
    })
    expect(ec2.find(id)?.state).toBe('running')
    complete(id)
    expect(stateOf(id)).toBe('Terminating:Proceed')
    await pass(SHUTTING_DOWN_SECONDS)
    expect(stateOf(id)).toBeUndefined()
    expect(latest()).toMatchObject({ StatusCode: 'Successful', Progress: 100 })
  })

  it('goes straight from Terminating to gone where there is no hook', async () => {
    const { idAt, terminate, stateOf, pass, ended } = openWorld()
    const id = idAt(0)
    terminate(id)
    await pass(TERMINATING_SECONDS + SHUTTING_DOWN_SECONDS - 1)
    expect(stateOf(id)).toBe('Terminating')
    await pass(1)
    expect(stateOf(id)).toBeUndefined()
    expect(ended).toEqual([])
  })

  it('runs two hooks side by side and waits for both', async () => {
    const { autoScaling, complete, stateOf, id } = await twoHooks()
    expect(autoScaling.waitingActions()).toHaveLength(2)
    complete(id)
    expect(stateOf(id)).toBe('Terminating:Wait')
    complete(id, 'CONTINUE', 'ecs-managed-draining-termination-hook')
    expect(stateOf(id)).toBe('Terminating:Proceed')
  })

  it('gives each hook a token of its own', async () => {
    const { events } = await twoHooks()
    const tokens = events
      .filter(({ detailType }) => detailType === 'EC2 Instance-terminate Lifecycle Action')
      .map(({ detail }) => detail['LifecycleActionToken'])
    expect(new Set(tokens).size).toBe(2)
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  })

  it('skips the other hooks when one abandons, and terminates all the same', async () => {
    const { complete, stateOf, id, ended, beat } = await twoHooks()
    complete(id, 'ABANDON')
    expect(stateOf(id)).toBe('Terminating:Proceed')
    expect(ended.map(({ hookName, result, by }) => ({ hookName, result, by }))).toEqual([
      { hookName: 'drain', result: 'ABANDON', by: 'completed' },
      { hookName: 'ecs-managed-draining-termination-hook', result: 'ABANDON', by: 'other-hook-abandoned' },
    ])
    expect(() => beat(id, 'ecs-managed-draining-termination-hook')).toThrow(
      'No active Lifecycle Action found',
    )
  })

  it('refuses a second completion in the words that mean: already done', async () => {
    const { complete, id } = await twoHooks()
    complete(id)
    expect(() => complete(id)).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        message: `No active Lifecycle Action found with instance ID ${id}`,
      }),
    )
  })

  it('takes a token for the action of its own hook only', async () => {
    const { call, events, id, ended } = await twoHooks()
    const detail = events.find(({ detail }) => detail['LifecycleHookName'] === 'drain')!.detail
    const token = String(detail['LifecycleActionToken'])
    const byToken = (LifecycleHookName: string) =>
      call('CompleteLifecycleAction', {
        LifecycleHookName,
        AutoScalingGroupName: 'web-a',
        LifecycleActionToken: token,
        LifecycleActionResult: 'CONTINUE',
      })
    expect(() => byToken('ecs-managed-draining-termination-hook')).toThrow(
      `No active Lifecycle Action found with token ${token}`,
    )
    byToken('drain')
    expect(ended).toEqual([expect.objectContaining({ instanceId: id, hookName: 'drain', by: 'completed' })])
  })

  it('names the group that it does not know', () => {
    const { call } = openWorld()
    const input = { LifecycleHookName: 'drain', AutoScalingGroupName: 'web-z', InstanceId: 'i-0' }
    expect(() => call('RecordLifecycleActionHeartbeat', input)).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        message: expect.stringMatching(/^AutoScalingGroup name not found/),
      }),
    )
    expect(() => call('DescribeLifecycleHooks', { AutoScalingGroupName: 'web-z' })).toThrow(
      /^AutoScalingGroup name not found - /,
    )
  })

  it('tells EventBridge of the wait, and of the end', async () => {
    const { putHook, idAt, terminate, pass, complete, events, group } = openWorld()
    putHook({ NotificationMetadata: '{"cluster":"web"}' })
    const id = idAt(0)
    terminate(id)
    await pass(TERMINATING_SECONDS)
    const arn = group().AutoScalingGroupARN
    expect(arn).toMatch(
      /^arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/web-a$/,
    )
    expect(events.at(-1)).toEqual({
      source: 'aws.autoscaling',
      detailType: 'EC2 Instance-terminate Lifecycle Action',
      resources: [arn],
      detail: {
        LifecycleActionToken: expect.any(String),
        AutoScalingGroupName: 'web-a',
        LifecycleHookName: 'drain',
        EC2InstanceId: id,
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        NotificationMetadata: '{"cluster":"web"}',
        Origin: 'AutoScalingGroup',
        Destination: 'EC2',
      },
    })
    complete(id)
    await pass(SHUTTING_DOWN_SECONDS)
    expect(events.at(-1)).toMatchObject({
      detailType: 'EC2 Instance Terminate Successful',
      resources: [arn, `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`],
      detail: { StatusCode: 'InProgress', EC2InstanceId: id, Origin: 'AutoScalingGroup', Destination: 'EC2' },
    })
  })

  it('sends the direct form to the hook’s own target', async () => {
    const { putHook, idAt, terminate, pass, messages, simulation, events } = openWorld()
    putHook({ NotificationTargetARN: QUEUE, RoleARN: ROLE })
    const id = idAt(0)
    terminate(id)
    await pass(TERMINATING_SECONDS)
    const token = events.find(({ detailType }) => detailType.includes('Lifecycle Action'))!.detail
    expect(messages.at(-1)).toEqual({
      arn: QUEUE,
      body: {
        Origin: 'AutoScalingGroup',
        LifecycleHookName: 'drain',
        Destination: 'EC2',
        AccountId: '111122223333',
        RequestId: expect.any(String),
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        AutoScalingGroupName: 'web-a',
        Service: 'AWS Auto Scaling',
        Time: new Date(simulation.now()).toISOString(),
        EC2InstanceId: id,
        LifecycleActionToken: token['LifecycleActionToken'],
      },
    })
  })
})

describe('putting and deleting hooks', () => {
  it('sends a test notification that names neither hook nor instance', () => {
    const { putHook, messages, group, simulation } = openWorld()
    putHook({ NotificationTargetARN: QUEUE, RoleARN: ROLE })
    expect(messages).toEqual([
      {
        arn: QUEUE,
        body: {
          AccountId: '111122223333',
          RequestId: expect.any(String),
          AutoScalingGroupARN: group().AutoScalingGroupARN,
          AutoScalingGroupName: 'web-a',
          Service: 'AWS Auto Scaling',
          Event: 'autoscaling:TEST_NOTIFICATION',
          Time: new Date(simulation.now()).toISOString(),
        },
      },
    ])
  })

  it.each([QUEUE, `${QUEUE}.fifo`])('puts no hook whose target does not take the test: %s', (arn) => {
    const { putHook, call } = openWorld({ deadTargets: [QUEUE] })
    expect(() => putHook({ NotificationTargetARN: arn, RoleARN: ROLE })).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        message:
          `Unable to publish test message to notification target ${arn} using IAM role ${ROLE}. ` +
          'Please check your target and role configuration and try to put lifecycle hook again.',
      }),
    )
    expect(call('DescribeLifecycleHooks', { AutoScalingGroupName: 'web-a' }).LifecycleHooks).toEqual([])
  })

  it('needs a role for a queue and none for a Lambda function', () => {
    const { putHook, messages } = openWorld()
    expect(() => putHook({ NotificationTargetARN: QUEUE })).toThrow('RoleARN is required')
    putHook({ NotificationTargetARN: LAMBDA })
    expect(messages.map(({ arn }) => arn)).toEqual([LAMBDA])
  })

  it.each(['CONTINUE', 'ABANDON'])('applies %s at once when the target is gone', async (DefaultResult) => {
    const { putHook, idAt, terminate, pass, ended, dead, events, stateOf } = openWorld()
    putHook({ NotificationTargetARN: QUEUE, RoleARN: ROLE, DefaultResult })
    dead.add(QUEUE)
    const id = idAt(0)
    terminate(id)
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Proceed')
    expect(ended).toEqual([expect.objectContaining({ by: 'target-rejected', result: DefaultResult })])
    expect(events.map(({ detailType }) => detailType)).toContain('EC2 Instance-terminate Lifecycle Action')
  })

  it('waits with ABANDON and a target that is gone when that is assumed', async () => {
    const assumptions = { rejectedTargetWithAbandon: 'waits-for-timeout' } as const
    const { putHook, idAt, terminate, pass, ended, dead } = openWorld({ assumptions })
    putHook({ NotificationTargetARN: QUEUE, RoleARN: ROLE, DefaultResult: 'ABANDON' })
    dead.add(QUEUE)
    terminate(idAt(0))
    await pass(TERMINATING_SECONDS + 299)
    expect(ended).toEqual([])
    await pass(1)
    expect(ended).toEqual([expect.objectContaining({ by: 'heartbeat-timeout', result: 'ABANDON' })])
  })

  it('lets every waiting termination continue when the hook is deleted', async () => {
    const { putHook, idAt, terminate, pass, ended, call, stateOf } = openWorld({ spec: { desired: 4 } })
    putHook({ DefaultResult: 'ABANDON' })
    const ids = [idAt(0), idAt(1)]
    for (const id of ids) terminate(id)
    await pass(TERMINATING_SECONDS)
    call('DeleteLifecycleHook', { AutoScalingGroupName: 'web-a', LifecycleHookName: 'drain' })
    expect(ids.map(stateOf)).toEqual(['Terminating:Proceed', 'Terminating:Proceed'])
    expect(ended).toHaveLength(2)
    for (const action of ended) expect(action).toMatchObject({ by: 'hook-deleted', result: 'CONTINUE' })
  })

  it('takes AWS’s defaults for what is left out, and keeps what was there when put again', () => {
    const { call } = openWorld()
    const put = (input: object) =>
      call('PutLifecycleHook', { LifecycleHookName: 'drain', AutoScalingGroupName: 'web-a', ...input })
    const described = () => call('DescribeLifecycleHooks', { AutoScalingGroupName: 'web-a' }).LifecycleHooks
    put({ LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', NotificationMetadata: 'web' })
    put({ HeartbeatTimeout: 1_800 })
    expect(described()).toEqual([
      {
        LifecycleHookName: 'drain',
        AutoScalingGroupName: 'web-a',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 1_800,
        GlobalTimeout: 172_800,
        DefaultResult: 'ABANDON',
        NotificationMetadata: 'web',
      },
    ])
  })

  it.each([
    [{ HeartbeatTimeout: 29 }],
    [{ HeartbeatTimeout: 7_201 }],
    [{ DefaultResult: 'RETRY' }],
    [{ LifecycleHookName: 'a b' }],
    [{ LifecycleTransition: 'autoscaling:TEST_NOTIFICATION' }],
  ])('refuses a hook that AWS would not take: %j', (hook) => {
    const { putHook } = openWorld()
    expect(() => putHook(hook)).toThrow(expect.objectContaining({ code: 'ValidationError' }))
  })

  it('allows 50 hooks on a group', () => {
    const { putHook } = openWorld()
    for (let count = 0; count < 50; count += 1) putHook({ LifecycleHookName: `hook-${count}` })
    expect(() => putHook({ LifecycleHookName: 'hook-50' })).toThrow(
      expect.objectContaining({ code: 'LimitExceeded' }),
    )
  })
})
