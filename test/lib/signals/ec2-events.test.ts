import { describe, expect, it } from '@jest/globals'

import { readSignal } from '../../../lib/signals/read-signal.ts'
import { changedDetail, changedExample, exampleBody, exampleFields, unreadable } from './example-events.ts'

const instance = (id: string) => `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`
const ignored = (reason: string) => ({ kind: 'ignored', reason })

describe('a warning that an instance will go', () => {
  const spot = 'spot-interruption-warning'
  const capacity = 'capacity-reservation-interruption'
  const rebalance = 'rebalance-recommendation'
  const block = 'capacity-block-expiration'

  it.each([
    [spot, 'instance-id', undefined, 'a Spot interruption warning without instance-id'],
    [
      spot,
      'instance-id',
      instance('i-0123456789abcdef0'),
      'a Spot interruption warning whose instance-id is not an EC2 instance id',
    ],
    [rebalance, 'instance-id', undefined, 'a rebalance recommendation without instance-id'],
    [
      capacity,
      'instance-id',
      '',
      'a Capacity Reservation interruption warning whose instance-id is not an EC2 instance id',
    ],
    [
      block,
      'capacity-reservation-id',
      undefined,
      'a Capacity Block expiration warning without capacity-reservation-id',
    ],
    [
      block,
      'capacity-reservation-id',
      'cr-',
      'a Capacity Block expiration warning whose capacity-reservation-id is not the id of a Capacity Reservation',
    ],
  ])('%s with its %s being %j is unreadable: %s', (name, field, value, reason) => {
    expect(readSignal(changedDetail(name, { [field]: value }))).toEqual(unreadable(reason))
  })

  it.each([spot, rebalance, capacity])(
    '%s is about the instance in its detail, not the one in its ARN',
    (name) => {
      const body = changedExample(name, { resources: [instance('i-0fedcba9876543210')] })
      expect(readSignal(body)).toEqual(readSignal(exampleBody(name)))
    },
  )

  it.each(['terminate', 'stop', 'hibernate'])('says that a Spot Instance will %s', (action) => {
    expect(readSignal(changedDetail(spot, { 'instance-action': action }))).toMatchObject({ action })
  })

  it.each([undefined, '', 'vanish', 7])('is not lost for an action that nobody knows: %j', (action) => {
    const signal = readSignal(changedDetail(spot, { 'instance-action': action }))
    expect(signal).toMatchObject({ kind: 'spot-interruption', instanceId: 'i-0123456789abcdef0' })
    expect(signal).not.toHaveProperty('action')
  })

  it.each([undefined, '', 'soon', 0])('is not lost for a termination time that says nothing: %j', (time) => {
    const signal = readSignal(changedDetail(capacity, { 'instance-termination-time': time }))
    expect(signal).toMatchObject({ instanceIds: ['i-0123456789abcdef0'] })
    expect(signal).not.toHaveProperty('startsAt')
  })

  it("is understood by either of the names that AWS's pages have for the end of a Capacity Block", () => {
    const renamed = changedExample(block, { 'detail-type': 'Capacity Block Reservation Expiration Warning' })
    expect(readSignal(renamed)).toEqual(readSignal(exampleBody(block)))
  })
})

describe('a change of the state of a machine', () => {
  const change = 'instance-state-change'

  it.each(['stopping', 'stopped', 'shutting-down', 'terminated'])('is told of when it is %s', (state) => {
    expect(readSignal(changedDetail(change, { state }))).toMatchObject({
      kind: 'instance-state-change',
      state,
    })
  })

  it.each([undefined, null, '', 'pending', 'running', 'Terminated', 'terminated ', 'exploded', ['stopped']])(
    'is ignored when its state is %j, whatever else it holds',
    (state) => {
      const body = changedDetail(change, { state, 'instance-id': undefined })
      expect(readSignal(body)).toEqual(ignored('other-instance-state'))
    },
  )

  it('is unreadable when the machine of a known state is not named', () => {
    expect(readSignal(changedDetail(change, { 'instance-id': '' }))).toEqual(
      unreadable('an EC2 instance state change whose instance-id is not an EC2 instance id'),
    )
  })
})

describe('an event of AWS Health', () => {
  const retirement = 'health-retirement-scheduled'
  const entities = (...affectedEntities: readonly unknown[]) =>
    changedDetail(retirement, { affectedEntities })

  it.each([
    ['service', 'EBS'],
    ['service', undefined],
    ['eventTypeCategory', 'issue'],
    ['eventTypeCategory', 'accountNotification'],
    ['eventTypeCategory', undefined],
    ['affectedEntities', undefined],
    ['affectedEntities', []],
  ])('is ignored when its %s is %j', (field, value) => {
    expect(readSignal(changedDetail(retirement, { [field]: value }))).toEqual(ignored('other-health-event'))
  })

  it.each([
    ['eventTypeCode', undefined, 'an AWS Health event without eventTypeCode'],
    ['eventTypeCode', 'no code', 'an AWS Health event whose eventTypeCode is not the code of a Health event'],
    ['affectedEntities', {}, 'an AWS Health event whose affectedEntities is not a list'],
  ])('with its %s being %j is unreadable: %s', (field, value, reason) => {
    expect(readSignal(changedDetail(retirement, { [field]: value }))).toEqual(unreadable(reason))
  })

  it.each([
    'i-0123456789abcdef0',
    'i-0a1b2c3d',
    instance('i-0123456789abcdef0'),
    'arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-0123456789abcdef0',
    'arn:aws:ec2:eu-west-1a:instance/i-0123456789abcdef0',
  ])('names an instance as %s', (entityValue) => {
    const [id] = /i-[0-9a-f]+$/.exec(entityValue) ?? []
    expect(readSignal(entities({ entityValue }))).toMatchObject({ instanceIds: [id] })
  })

  it.each([
    null,
    'i-0123456789abcdef0',
    {},
    { entityValue: 7 },
    { entityValue: '' },
    { entityValue: 'vol-0123456789abcdef0' },
    { entityValue: 'mi-0123456789abcdef0' },
    { entityValue: 'i-0123456789abcdef0\n' },
    { entityValue: 'i-0123456789abcdef0', status: 'RESOLVED' },
    { entityValue: 'i-0123456789abcdef0', status: 'UNIMPAIRED' },
  ])('passes over an entity that is no instance, or for which it is over: %j', (entity) => {
    expect(readSignal(entities(entity))).toEqual(ignored('other-health-event'))
    expect(readSignal(entities(entity, { entityValue: 'i-0fedcba9876543210' }))).toMatchObject({
      instanceIds: ['i-0fedcba9876543210'],
    })
  })

  it.each(['closed', 'completed'])('is ignored when it is %s', (statusCode) => {
    expect(readSignal(changedDetail(retirement, { statusCode }))).toEqual(ignored('closed-health-event'))
  })

  it.each(['open', 'upcoming', 'a status of tomorrow'])('is heeded when it is %s', (statusCode) => {
    expect(readSignal(changedDetail(retirement, { statusCode }))).toEqual(readSignal(exampleBody(retirement)))
  })

  it.each([
    ['Fri, 04 Dec 2026 13:19:03 GMT', Date.UTC(2026, 11, 4, 13, 19, 3)],
    ['Fri, 4 Dec 2026 13:19:03 GMT', Date.UTC(2026, 11, 4, 13, 19, 3)],
    // The same day with another day of the week, as in a sample of AWS's.
    ['Thu, 04 Dec 2026 13:19:03 GMT', Date.UTC(2026, 11, 4, 13, 19, 3)],
  ])('begins at %s', (startTime, startsAt) => {
    expect(readSignal(changedDetail(retirement, { startTime }))).toMatchObject({ startsAt })
  })

  it.each([undefined, '', '2026-12-04T13:19:03Z', 'Fri, 04 Dec 2026 99:19:03 GMT', 1795166143904])(
    'is heeded without a start when that is %j',
    (startTime) => {
      const signal = readSignal(changedDetail(retirement, { startTime }))
      expect(signal).toMatchObject({ kind: 'scheduled-change', instanceIds: ['i-0123456789abcdef0'] })
      expect(signal).not.toHaveProperty('startsAt')
    },
  )

  it('does not wait for the other pages, whatever their numbers say', () => {
    const page = changedDetail(retirement, { page: '7', totalPages: 'many', communicationId: undefined })
    expect(readSignal(page)).toEqual(readSignal(exampleBody(retirement)))
  })

  it('is heeded as a copy that somebody brought back to the region of the machines', () => {
    const copy = 'health-retirement-backup-copy'
    expect(readSignal(changedExample(copy, { region: 'eu-west-1' }))).toEqual(
      readSignal(exampleBody(retirement)),
    )
  })

  it('needs no envelope field of its own where it is no copy', () => {
    const { region: _, ...fields } = exampleFields(retirement)
    expect(readSignal(JSON.stringify(fields))).toEqual(readSignal(exampleBody(retirement)))
  })
})
