import { describe, expect, it } from '@jest/globals'
import type { Ec2Assumptions } from '../../../../simulator/aws/ec2/assumptions.ts'
import { Ec2, STOPPING_SECONDS } from '../../../../simulator/aws/ec2/ec2.ts'
import {
  CAPACITY_BLOCK_TERMINATION_SECONDS,
  CAPACITY_BLOCK_WARNING_SECONDS,
  INTERRUPTION_NOTICE_SECONDS,
} from '../../../../simulator/aws/ec2/machine-notices.ts'
import type { LaunchRequest } from '../../../../simulator/aws/ec2/machine.ts'
import type { AwsEvent } from '../../../../simulator/aws/event.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const open = (assumptions: Partial<Ec2Assumptions> = {}) => {
  const simulation = new Simulation({ seed: 3 })
  const events: AwsEvent[] = []
  const account = { region: 'eu-west-1', accountId: '111122223333' }
  const ec2 = new Ec2({ simulation, account, assumptions, publish: (event) => events.push(event) })
  const launch = (changes: Partial<LaunchRequest> = {}) =>
    ec2.launch({
      availabilityZone: 'eu-west-1b',
      instanceType: 'm7g.large',
      cpu: 2_048,
      memory: 8_192,
      bootSeconds: 40,
      launchedSecondsAgo: 3_600,
      ...changes,
    }).instanceId
  const stateOf = (id: string) => ec2.find(id)?.state
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000)
  const inSeconds = (seconds: number) => new Date(simulation.now() + seconds * 1_000)
  return { ec2, events, launch, stateOf, pass, inSeconds }
}

const stamp = (at: Date) => at.toISOString().replace('.000Z', 'Z')

describe('a Spot machine', () => {
  it('is described as such', () => {
    const { ec2, launch } = open()
    const id = launch({ market: 'spot' })
    const describeInstances = ec2.model.operations['DescribeInstances'] as unknown as (
      input: object,
    ) => object
    expect(describeInstances({ InstanceIds: [id] })).toMatchObject({
      Reservations: [{ Instances: [{ InstanceLifecycle: 'spot' }] }],
    })
  })

  it('is warned two minutes before it is terminated', async () => {
    const { ec2, events, launch, stateOf, pass } = open()
    const id = launch({ market: 'spot' })
    ec2.notices.interruptSpot(id)
    expect(events).toEqual([
      {
        source: 'aws.ec2',
        detailType: 'EC2 Spot Instance Interruption Warning',
        resources: [`arn:aws:ec2:eu-west-1b:instance/${id}`],
        detail: { 'instance-id': id, 'instance-action': 'terminate' },
      },
    ])
    await pass(INTERRUPTION_NOTICE_SECONDS - 1)
    expect(stateOf(id)).toBe('running')
    await pass(1)
    expect(stateOf(id)).toBe('shutting-down')
  })

  it('may go before its time, and be forgotten', async () => {
    const { ec2, launch, stateOf, pass } = open()
    const id = launch({ market: 'spot' })
    ec2.notices.interruptSpot(id)
    ec2.terminate(id)
    await pass(7_200)
    expect(stateOf(id)).toBeUndefined()
  })

  it('is recommended for replacement without anything else happening to it', async () => {
    const { ec2, events, launch, stateOf, pass } = open()
    const id = launch({ market: 'spot' })
    ec2.notices.recommendRebalance(id)
    await pass(3_600)
    expect(events).toEqual([
      expect.objectContaining({
        detailType: 'EC2 Instance Rebalance Recommendation',
        detail: { 'instance-id': id },
      }),
    ])
    expect(stateOf(id)).toBe('running')
  })

  it('is the only kind that can be interrupted', () => {
    const { ec2, launch } = open()
    const id = launch()
    expect(() => ec2.notices.interruptSpot(id)).toThrow('no Spot instance')
  })
})

describe('a scheduled retirement', () => {
  it('is announced by AWS Health with dates as in HTTP, and carried out at its start', async () => {
    const { ec2, events, launch, stateOf, pass, inSeconds } = open()
    const id = launch()
    const startTime = inSeconds(86_400).toUTCString()
    ec2.notices.scheduleRetirement({
      instanceIds: [id],
      startsInSeconds: 86_400,
      ends: 'stopped',
      entityForm: 'arn',
      entitiesPerPage: 10,
    })
    expect(events).toEqual([
      {
        source: 'aws.health',
        detailType: 'AWS Health Event',
        resources: [id],
        detail: expect.objectContaining({
          service: 'EC2',
          eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
          eventTypeCategory: 'scheduledChange',
          statusCode: 'upcoming',
          startTime,
          affectedEntities: [
            { entityValue: `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`, status: 'PENDING' },
          ],
          page: '1',
          totalPages: '1',
          backupEvent: 'false',
        }),
      },
    ])
    await pass(86_399)
    expect(stateOf(id)).toBe('running')
    await pass(1 + STOPPING_SECONDS)
    expect(stateOf(id)).toBe('stopped')
  })

  it('comes in pages when it concerns many machines, and spares those that have gone', async () => {
    const { ec2, events, launch, stateOf, pass } = open()
    const instanceIds = [launch(), launch(), launch()]
    ec2.notices.scheduleRetirement({
      instanceIds,
      startsInSeconds: 60,
      ends: 'terminated',
      entityForm: 'id',
      entitiesPerPage: 2,
    })
    const details = events.map(({ detail }) => detail)
    expect(details.map(({ page, totalPages }) => [page, totalPages])).toEqual([
      ['1', '2'],
      ['2', '2'],
    ])
    expect(details.map(({ affectedEntities }) => affectedEntities)).toEqual([
      instanceIds.slice(0, 2).map((entityValue) => ({ entityValue, status: 'PENDING' })),
      instanceIds.slice(2).map((entityValue) => ({ entityValue, status: 'PENDING' })),
    ])
    expect(new Set(details.map(({ eventArn }) => eventArn)).size).toBe(1)
    expect(details.map(({ communicationId }) => String(communicationId).slice(-2))).toEqual(['-1', '-2'])
    ec2.stop(instanceIds[0]!)
    await pass(60)
    expect(instanceIds.map(stateOf)).toEqual(['stopped', 'shutting-down', 'shutting-down'])
  })
})

describe('capacity that is taken back', () => {
  it('is announced for each machine of an interruptible Capacity Reservation, two minutes ahead', async () => {
    const { ec2, events, launch, stateOf, pass, inSeconds } = open()
    const id = launch()
    ec2.notices.reclaimCapacity([id], 'interruptible')
    expect(events).toEqual([
      {
        source: 'aws.ec2',
        detailType: 'EC2 Capacity Reservation Instance Interruption Warning',
        resources: [`arn:aws:ec2:eu-west-1:111122223333:instance/${id}`],
        detail: {
          'instance-id': id,
          'instance-action': 'terminate',
          'instance-termination-time': stamp(inSeconds(INTERRUPTION_NOTICE_SECONDS)),
          azId: 'euw1-az2',
        },
      },
    ])
    await pass(INTERRUPTION_NOTICE_SECONDS)
    expect(stateOf(id)).toBe('shutting-down')
  })

  it('is announced for a Capacity Block, and then for each machine in it', async () => {
    const { ec2, events, launch, stateOf, pass, inSeconds } = open()
    const id = launch()
    const end = stamp(inSeconds(CAPACITY_BLOCK_WARNING_SECONDS))
    const termination = stamp(inSeconds(CAPACITY_BLOCK_TERMINATION_SECONDS))
    ec2.notices.reclaimCapacity([id], 'capacity-block')
    expect(events).toEqual([
      {
        source: 'aws.ec2',
        detailType: 'Capacity Block Expiration Warning',
        resources: [
          expect.stringMatching(
            /^arn:aws:ec2:eu-west-1:111122223333:capacity-reservation\/cr-0[0-9a-f]{16}$/,
          ),
        ],
        detail: { 'capacity-reservation-id': expect.stringMatching(/^cr-0/), 'end-date': end },
      },
    ])
    await pass(CAPACITY_BLOCK_TERMINATION_SECONDS - INTERRUPTION_NOTICE_SECONDS)
    expect(events[1]?.detail).toEqual({
      'instance-id': id,
      'instance-action': 'terminate',
      'instance-termination-time': termination,
      'availability-zone-id': 'euw1-az2',
      'instance-lifecycle': 'capacity-block',
    })
    await pass(INTERRUPTION_NOTICE_SECONDS)
    expect(stateOf(id)).toBe('shutting-down')
  })

  it('is announced under the other name, and all at once, where that is assumed', async () => {
    const { ec2, events, launch, pass } = open({
      capacityBlockWarning: 'Capacity Block Reservation Expiration Warning',
      capacityBlockInstanceWarning: 'with-the-expiration-warning',
    })
    ec2.notices.reclaimCapacity([launch()], 'capacity-block')
    await pass(0)
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Capacity Block Reservation Expiration Warning',
      'EC2 Capacity Reservation Instance Interruption Warning',
    ])
  })
})
