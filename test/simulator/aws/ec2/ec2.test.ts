import { describe, expect, it } from '@jest/globals'
import type { DescribeInstancesCommandInput, DescribeInstancesCommandOutput } from '@aws-sdk/client-ec2'
import {
  Ec2,
  SHUTTING_DOWN_SECONDS,
  STOPPING_SECONDS,
  TERMINATED_VISIBLE_SECONDS,
} from '../../../../simulator/aws/ec2/ec2.ts'
import type { LaunchRequest } from '../../../../simulator/aws/ec2/machine.ts'
import type { AwsEvent } from '../../../../simulator/aws/event.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const request: LaunchRequest = {
  availabilityZone: 'eu-west-1a',
  instanceType: 'm7g.large',
  cpu: 2_048,
  memory: 8_192,
  autoScalingGroupName: 'web-a',
  bootSeconds: 40,
}

const open = (seed = 1) => {
  const simulation = new Simulation({ seed })
  const events: AwsEvent[] = []
  const changes: string[] = []
  const account = { region: 'eu-west-1', accountId: '111122223333' }
  const ec2 = new Ec2({ simulation, account, publish: (event) => events.push(event) })
  ec2.onStateChange((machine) => changes.push(machine.state))
  const describeInstances = ec2.model.operations['DescribeInstances'] as unknown as (
    input: DescribeInstancesCommandInput,
  ) => DescribeInstancesCommandOutput
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000)
  return { simulation, ec2, events, changes, describeInstances, pass }
}

const idsOf = (output: DescribeInstancesCommandOutput) =>
  (output.Reservations ?? []).flatMap(({ Instances }) =>
    (Instances ?? []).map(({ InstanceId }) => InstanceId),
  )

describe('simulated EC2', () => {
  it('boots a machine from pending to running in its boot time', async () => {
    const { ec2, changes, pass } = open()
    const { instanceId } = ec2.launch(request)
    await pass(39)
    expect(ec2.find(instanceId)?.state).toBe('pending')
    await pass(1)
    expect(ec2.find(instanceId)?.state).toBe('running')
    expect(changes).toEqual(['pending', 'running'])
  })

  it('gives ids of 17 hexadecimal digits that depend on the seed alone', () => {
    const first = open(7).ec2.launch(request).instanceId
    expect(first).toMatch(/^i-0[0-9a-f]{16}$/)
    expect(open(7).ec2.launch(request).instanceId).toBe(first)
    expect(open(8).ec2.launch(request).instanceId).not.toBe(first)
  })

  it('publishes each change of state as EC2 does', async () => {
    const { ec2, events, pass } = open()
    const { instanceId } = ec2.launch(request)
    await pass(40)
    ec2.terminate(instanceId)
    await pass(SHUTTING_DOWN_SECONDS)
    expect(events.map(({ detail }) => detail['state'])).toEqual([
      'pending',
      'running',
      'shutting-down',
      'terminated',
    ])
    expect(events.at(-1)).toEqual({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      resources: [`arn:aws:ec2:eu-west-1:111122223333:instance/${instanceId}`],
      detail: { 'instance-id': instanceId, state: 'terminated' },
    })
  })

  it('tells listeners of a boot in the past but publishes nothing of it', () => {
    const { ec2, events, changes, simulation } = open()
    const machine = ec2.launch({ ...request, launchedSecondsAgo: 3_600 })
    expect(machine.state).toBe('running')
    expect(machine.launchedAt).toBe(simulation.now() - 3_600_000)
    expect(changes).toEqual(['pending', 'running'])
    expect(events).toEqual([])
  })

  it('lets a machine that is terminated while it boots never run', async () => {
    const { ec2, changes, pass } = open()
    const { instanceId } = ec2.launch(request)
    await pass(10)
    ec2.terminate(instanceId)
    ec2.terminate(instanceId)
    await pass(100)
    expect(changes).toEqual(['pending', 'shutting-down', 'terminated'])
  })

  it('stops a machine, and terminates a stopped one', async () => {
    const { ec2, changes, pass } = open()
    const { instanceId } = ec2.launch({ ...request, bootSeconds: 0 })
    ec2.stop(instanceId)
    await pass(STOPPING_SECONDS)
    expect(ec2.find(instanceId)?.state).toBe('stopped')
    ec2.terminate(instanceId)
    expect(() => ec2.stop(instanceId)).toThrow(expect.objectContaining({ code: 'IncorrectInstanceState' }))
    await pass(SHUTTING_DOWN_SECONDS)
    expect(changes).toEqual(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'])
  })

  it('starts a stopped machine again, in the boot time of its launch', async () => {
    const { ec2, changes, events, pass } = open()
    const { instanceId } = ec2.launch({ ...request, launchedSecondsAgo: 3_600, hasStopped: true })
    expect(ec2.find(instanceId)?.state).toBe('stopped')
    expect(events).toEqual([])
    ec2.start(instanceId)
    await pass(39)
    expect(ec2.find(instanceId)?.state).toBe('pending')
    await pass(1)
    expect(changes).toEqual(['pending', 'running', 'stopping', 'stopped', 'pending', 'running'])
    expect(events.map(({ detail }) => detail['state'])).toEqual(['pending', 'running'])
    expect(() => ec2.start(instanceId)).toThrow(expect.objectContaining({ code: 'IncorrectInstanceState' }))
  })

  it('reboots a machine from a new root volume without a change of state', async () => {
    const { ec2, changes, pass } = open()
    const reboots: string[] = []
    ec2.onReboot(({ instanceId }, phase) => reboots.push(`${instanceId} ${phase}`))
    const { instanceId } = ec2.launch({ ...request, launchedSecondsAgo: 3_600 })
    ec2.replaceRootVolume(instanceId)
    await pass(39)
    expect(reboots).toEqual([`${instanceId} down`])
    await pass(1)
    expect(reboots).toEqual([`${instanceId} down`, `${instanceId} up`])
    expect(changes).toEqual(['pending', 'running'])
    ec2.stop(instanceId)
    expect(() => ec2.replaceRootVolume(instanceId)).toThrow(
      expect.objectContaining({ code: 'IncorrectInstanceState' }),
    )
  })

  it('describes a terminated instance for about an hour and then forgets it', async () => {
    const { ec2, describeInstances, pass } = open()
    const { instanceId } = ec2.launch({ ...request, bootSeconds: 0 })
    ec2.terminate(instanceId)
    await pass(SHUTTING_DOWN_SECONDS + TERMINATED_VISIBLE_SECONDS - 1)
    const [reservation] = describeInstances({ InstanceIds: [instanceId] }).Reservations ?? []
    expect(reservation?.Instances?.[0]?.State).toEqual({ Code: 48, Name: 'terminated' })
    await pass(1)
    expect(idsOf(describeInstances({}))).toEqual([])
    expect(() => describeInstances({ InstanceIds: [instanceId] })).toThrow(
      expect.objectContaining({
        code: 'InvalidInstanceID.NotFound',
        message: `The instance ID '${instanceId}' does not exist`,
      }),
    )
  })

  it('describes an instance in the shape of the SDK', () => {
    const { ec2, describeInstances, simulation } = open()
    const { instanceId } = ec2.launch(request)
    expect(describeInstances({ InstanceIds: [instanceId] }).Reservations?.[0]?.Instances).toEqual([
      {
        InstanceId: instanceId,
        InstanceType: 'm7g.large',
        State: { Code: 0, Name: 'pending' },
        Placement: { AvailabilityZone: 'eu-west-1a' },
        LaunchTime: new Date(simulation.now()),
        Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web-a' }],
      },
    ])
  })

  it('filters by id and by state', async () => {
    const { ec2, describeInstances, pass } = open()
    const old = ec2.launch(request).instanceId
    await pass(40)
    const fresh = ec2.launch(request).instanceId
    const withState = (...Values: string[]) =>
      idsOf(describeInstances({ Filters: [{ Name: 'instance-state-name', Values }] }))
    expect(withState('running')).toEqual([old])
    expect(withState('running', 'pending')).toEqual([old, fresh])
    expect(
      idsOf(describeInstances({ Filters: [{ Name: 'instance-id', Values: [fresh, 'i-0gone'] }] })),
    ).toEqual([fresh])
  })

  it('hands out every instance exactly once over all pages', () => {
    const { ec2, describeInstances } = open()
    const ids = Array.from({ length: 12 }, () => ec2.launch(request).instanceId)
    const seen: (string | undefined)[] = []
    let token: string | undefined
    do {
      const output = describeInstances({
        MaxResults: 5,
        ...(token === undefined ? {} : { NextToken: token }),
      })
      seen.push(...idsOf(output))
      token = output.NextToken
    } while (token !== undefined)
    expect(seen).toEqual(ids)
  })

  it('refuses pages together with ids, and a page too small', () => {
    const { ec2, describeInstances } = open()
    const { instanceId } = ec2.launch(request)
    expect(() => describeInstances({ InstanceIds: [instanceId], MaxResults: 5 })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterCombination' }),
    )
    expect(() => describeInstances({ MaxResults: 4 })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    )
  })

  it.each([
    [{ DryRun: true }, 'DescribeInstances with DryRun'],
    [{ Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] }, 'DescribeInstances with the filter vpc-id'],
  ])('refuses by name what it does not model: %j', (input, named) => {
    const { describeInstances } = open()
    expect(() => describeInstances(input)).toThrow(
      expect.objectContaining({ code: 'NotModelled', message: expect.stringContaining(named) }),
    )
  })
})
