import { describe, expect, it } from '@jest/globals'
import { REFRESH_START_SECONDS } from '../../../../simulator/aws/auto-scaling/instance-refreshes.ts'
import { HEALTH_CHECK_SECONDS } from '../../../../simulator/aws/auto-scaling/health-checks.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds
const IMAGE = 'ami-0fedcba9876543210'
const configuration = (ImageId: string | undefined) => ({
  DesiredConfiguration: { MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ ImageId }] } } },
})

const refreshing = (options: Parameters<typeof openWorld>[0] = {}) => {
  const world = openWorld(options)
  const start = () =>
    world.call('StartInstanceRefresh', {
      AutoScalingGroupName: 'web-a',
      Strategy: 'ReplaceRootVolume',
      ...configuration(IMAGE),
    })
  const refresh = () =>
    world.call('DescribeInstanceRefreshes', { AutoScalingGroupName: 'web-a' }).InstanceRefreshes[0]
  return { ...world, start, refresh }
}

describe('an instance refresh that replaces root volumes', () => {
  it('takes one after the other out of service and back, with the ids they had', async () => {
    const { start, refresh, instances, states, pass, group } = refreshing()
    const ids = instances().map(({ InstanceId }) => InstanceId)
    start()
    await pass(REFRESH_START_SECONDS)
    expect(states()).toEqual(['ReplacingRootVolume', 'InService', 'InService'])
    expect(refresh()).toMatchObject({ Strategy: 'ReplaceRootVolume', InstancesToUpdate: 3 })
    await pass(TERMINATING_SECONDS + BOOT)
    expect(states()).toEqual(['InService', 'ReplacingRootVolume', 'InService'])
    await pass(5 * BOOT)
    expect(refresh()).toMatchObject({ Status: 'Successful', PercentageComplete: 100 })
    expect(instances().map(({ InstanceId }) => InstanceId)).toEqual(ids)
    expect(instances().map(({ ImageId }) => ImageId)).toEqual([IMAGE, IMAGE, IMAGE])
    expect(group().DesiredCapacity).toBe(3)
  })

  it('passes the termination hooks on the way out and the launch hooks on the way back', async () => {
    const world = refreshing({ spec: { desired: 1 } })
    const { start, pass, stateOf, idAt, complete, lifecycleEvents, putHook, ec2, instances } = world
    putHook()
    putHook({ LifecycleHookName: 'boot', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' })
    const id = idAt(0)
    start()
    await pass(REFRESH_START_SECONDS + TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('ReplacingRootVolume:Wait')
    complete(id)
    expect(stateOf(id)).toBe('ReplacingRootVolume:Proceed')
    await pass(BOOT)
    expect(stateOf(id)).toBe('Pending:Wait')
    expect(ec2.find(id)?.state).toBe('running')
    const way = { Origin: 'AutoScalingGroup', Destination: 'AutoScalingGroup', Action: 'ReplaceRootVolume' }
    expect(lifecycleEvents()).toEqual([
      expect.objectContaining({ ...way, LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' }),
      expect.objectContaining({ ...way, LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' }),
    ])
    complete(id, 'CONTINUE', 'boot')
    expect(stateOf(id)).toBe('InService')
    expect(instances()).toHaveLength(1)
  })

  it.each([
    ['goes-on', 'ReplacingRootVolume:Proceed'],
    ['turns-into-termination', 'Terminating'],
  ] as const)('takes an abandoned termination hook as assumed: %s', async (assumption, state) => {
    const world = refreshing({ assumptions: { abandonedRootVolumeReplacement: assumption } })
    world.putHook()
    const id = world.idAt(0)
    world.start()
    await world.pass(REFRESH_START_SECONDS + TERMINATING_SECONDS)
    world.complete(id, 'ABANDON')
    expect(world.stateOf(id)).toBe(state)
  })

  it('leaves the protection from scale-in as it was', async () => {
    const { call, idAt, instances, pass } = refreshing()
    const InstanceIds = [idAt(1)]
    call('SetInstanceProtection', {
      AutoScalingGroupName: 'web-a',
      InstanceIds,
      ProtectedFromScaleIn: true,
    })
    call('StartInstanceRefresh', {
      AutoScalingGroupName: 'web-a',
      Strategy: 'ReplaceRootVolume',
      Preferences: { ScaleInProtectedInstances: 'Refresh' },
      ...configuration(IMAGE),
    })
    await pass(10 * BOOT)
    expect(instances().map(({ ImageId }) => ImageId)).toEqual([IMAGE, IMAGE, IMAGE])
    expect(instances().map(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn)).toEqual([false, true, false])
  })

  it('replaces an instance that dies on the way', async () => {
    const { start, pass, idAt, ec2, stateOf, states, refresh } = refreshing()
    const id = idAt(0)
    start()
    await pass(REFRESH_START_SECONDS + TERMINATING_SECONDS)
    ec2.terminate(id)
    await pass(HEALTH_CHECK_SECONDS)
    expect(stateOf(id)).toBe('Terminating')
    await pass(10 * BOOT)
    expect(states()).toEqual(['InService', 'InService', 'InService'])
    expect(refresh()?.Status).toBe('Successful')
  })

  it.each([
    ['without an image in each override', {}, configuration(undefined)],
    ['without a mixed instances policy', {}, {}],
    [
      'in a group with a warm pool',
      { warmPool: { minSize: 0, poolState: 'Stopped', reuseOnScaleIn: false } as const },
      configuration(IMAGE),
    ],
  ])('is refused %s', (_name, spec, input) => {
    const { call } = refreshing({ spec })
    const request = { AutoScalingGroupName: 'web-a', Strategy: 'ReplaceRootVolume', ...input }
    expect(() => call('StartInstanceRefresh', request)).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
  })

  it('keeps a warm pool away while it runs', () => {
    const { start, call } = refreshing()
    start()
    expect(() => call('PutWarmPool', { AutoScalingGroupName: 'web-a' })).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    )
  })
})
