import { describe, expect, it } from '@jest/globals'
import { HEALTH_CHECK_SECONDS } from '../../../../simulator/aws/auto-scaling/health-checks.ts'
import { TERMINATING_SECONDS } from '../../../../simulator/aws/auto-scaling/lifecycle.ts'
import { groupSpec, openWorld } from './auto-scaling-world.ts'

const BOOT = groupSpec().bootSeconds

const withHook = () => {
  const world = openWorld()
  world.putHook({ HeartbeatTimeout: 3_600 })
  return { ...world, id: world.idAt(0) }
}

describe('a machine that dies by another hand', () => {
  it('stays in service until the health check notices', async () => {
    const { id, ec2, pass, stateOf, instances } = withHook()
    ec2.terminate(id)
    await pass(HEALTH_CHECK_SECONDS - 1)
    expect(stateOf(id)).toBe('InService')
    await pass(1)
    expect(stateOf(id)).toBe('Terminating')
    expect(instances()[0]).toMatchObject({ InstanceId: id, HealthStatus: 'Unhealthy' })
  })

  it('is held by the hook as a corpse while its replacement launches at the same time', async () => {
    const { id, ec2, pass, states, activities, ended, stateOf, complete } = withHook()
    ec2.terminate(id)
    await pass(HEALTH_CHECK_SECONDS)
    expect(states()).toEqual(['Terminating', 'InService', 'InService', 'Pending'])
    const [launch, termination] = activities()
    expect(launch?.Cause).toMatch(
      /an instance was launched in response to an unhealthy instance needing to be replaced\.$/,
    )
    expect(termination?.Cause).toMatch(
      /^At \S+ an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped\.$/,
    )
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    expect(ec2.find(id)?.state).toBe('terminated')
    complete(id)
    expect(stateOf(id)).toBeUndefined()
    expect(ended).toEqual([expect.objectContaining({ instanceId: id, by: 'completed' })])
    await pass(BOOT)
    expect(states()).toEqual(['InService', 'InService', 'InService'])
  })

  it('is forgotten by EC2 while the hook still holds it, and leaves cleanly', async () => {
    const { id, ec2, pass, stateOf, beat, complete } = withHook()
    ec2.terminate(id)
    await pass(3_000)
    beat(id)
    await pass(3_000)
    expect(ec2.find(id)).toBeUndefined()
    complete(id)
    expect(stateOf(id)).toBeUndefined()
  })

  it('is terminated when it was only stopped', async () => {
    const { id, ec2, pass, stateOf, complete } = withHook()
    ec2.stop(id)
    await pass(HEALTH_CHECK_SECONDS + TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
    expect(ec2.find(id)?.state).toBe('stopped')
    complete(id)
    expect(ec2.find(id)?.state).toBe('shutting-down')
  })

  it('keeps waiting at the hook when it dies there', async () => {
    const { id, ec2, pass, stateOf, terminate } = withHook()
    terminate(id)
    await pass(TERMINATING_SECONDS)
    ec2.terminate(id)
    await pass(600)
    expect(stateOf(id)).toBe('Terminating:Wait')
  })

  it('goes through its hook although it died between Terminating and the hook', async () => {
    const { id, ec2, pass, stateOf, terminate } = withHook()
    ec2.terminate(id)
    await pass(20 - TERMINATING_SECONDS / 2)
    terminate(id)
    await pass(TERMINATING_SECONDS)
    expect(stateOf(id)).toBe('Terminating:Wait')
  })

  it('is not replaced while ReplaceUnhealthy is suspended', async () => {
    const { id, ec2, pass, stateOf, call, instances } = withHook()
    const processes = { AutoScalingGroupName: 'web-a', ScalingProcesses: ['ReplaceUnhealthy'] }
    call('SuspendProcesses', processes)
    ec2.terminate(id)
    await pass(600)
    expect(stateOf(id)).toBe('InService')
    expect(instances()[0]?.HealthStatus).toBe('Unhealthy')
    call('ResumeProcesses', processes)
    expect(stateOf(id)).toBe('Terminating')
  })

  it('leaves without a replacement while Launch is suspended', async () => {
    const { id, ec2, pass, states, call } = withHook()
    call('SuspendProcesses', { AutoScalingGroupName: 'web-a', ScalingProcesses: ['Launch'] })
    ec2.terminate(id)
    await pass(600)
    expect(states()).toEqual(['Terminating:Wait', 'InService', 'InService'])
  })

  it('is replaced when it dies while it boots', async () => {
    const { setDesired, pass, idAt, ec2, stateOf, instances } = openWorld()
    setDesired(4)
    await pass(5)
    const id = idAt(3)
    ec2.terminate(id)
    await pass(HEALTH_CHECK_SECONDS + TERMINATING_SECONDS + BOOT)
    expect(stateOf(id)).toBeUndefined()
    expect(instances()).toHaveLength(4)
  })
})
