import { describe, expect, it } from '@jest/globals'

import { routeSignal } from '../../../lib/lifecycle/routing.ts'
import { readSignal } from '../../../lib/signals/read-signal.ts'
import type { Signal } from '../../../lib/signals/signal.ts'
import { exampleBody } from '../signals/example-events.ts'

const scope = { cluster: 'web', groups: ['ecs-web-a'], hookName: 'ebbtide-web' }
const routeOf = (example: string) => routeSignal(readSignal(exampleBody(example)), scope)

const instanceId = 'i-0123456789abcdef0'
const at = Date.UTC(2026, 10, 20, 9, 15, 43)
const healthAt = Date.UTC(2026, 10, 20, 1, 43, 21)
const retiredAt = Date.UTC(2026, 11, 4, 13, 19, 3)

describe('a warning', () => {
  it.each([
    ['spot-interruption-warning', { kind: 'spot', at }],
    ['rebalance-recommendation', { kind: 'rebalance', at }],
    ['health-retirement-scheduled', { kind: 'health', at: healthAt, startsAt: retiredAt }],
    [
      'capacity-reservation-interruption',
      { kind: 'capacity', at, startsAt: Date.UTC(2026, 10, 20, 9, 17, 43) },
    ],
  ])('such as %s leads to its instance with notice of what comes', (example, notice) => {
    expect(routeOf(example)).toStrictEqual({ to: 'instances', looks: [{ instanceId, notice, hop: 0 }] })
  })

  it('of several instances leads to each of them', () => {
    const notice = { kind: 'health', at: healthAt, startsAt: retiredAt }
    expect(routeOf('health-maintenance-several-instances')).toStrictEqual({
      to: 'instances',
      looks: [
        { instanceId, notice, hop: 0 },
        { instanceId: 'i-0fedcba9876543210', notice, hop: 0 },
      ],
    })
  })

  it('that names a reservation and no instance leads nowhere', () => {
    expect(routeOf('capacity-block-expiration')).toEqual({ to: 'nothing', reason: 'names-no-instance' })
  })
})

describe('a message', () => {
  it('that a machine is going leads to it, with no notice: it is past that', () => {
    expect(routeOf('instance-state-change')).toStrictEqual({
      to: 'instances',
      looks: [{ instanceId, hop: 0 }],
    })
  })

  it.each([
    ['lifecycle-terminating-direct', { announcedAt: Date.UTC(2026, 10, 20, 9, 15, 43, 904), hop: 0 }],
    ['look-again', { hop: 1 }],
  ])('such as %s leads to its instance', (example, look) => {
    expect(routeOf(example)).toStrictEqual({ to: 'instances', looks: [{ instanceId, ...look }] })
  })

  it.each([
    ['lifecycle-terminating-managed-draining-hook', 'other-hook'],
    ['health-retirement-backup-copy', 'backup-copy'],
    ['health-operational-issue', 'other-health-event'],
    ['instance-state-change-running', 'other-instance-state'],
    ['test-notification-direct', 'test-notification'],
  ])('such as %s leads nowhere: %s', (example, reason) => {
    expect(routeOf(example)).toEqual({ to: 'nothing', reason })
  })

  it('that cannot be read leads to the dead letters', () => {
    expect(routeSignal(readSignal('null'), scope)).toEqual({
      to: 'dead-letters',
      reason: 'the body is JSON null',
    })
  })

  it('leads to its instance with the notice that it tells on', () => {
    const notice = { kind: 'spot', at: Date.UTC(2026, 10, 20, 9, 15, 38) } as const
    const signal = { ...readSignal(exampleBody('look-again')), notice } as Signal
    const looks = [{ instanceId, hop: 1, notice }]
    expect(routeSignal(signal, scope)).toStrictEqual({ to: 'instances', looks })
  })

  it.each(['lifecycle-terminating-direct', 'look-again'])(
    "of another stack's group, %s, leads nowhere",
    (example) => {
      expect(routeSignal(readSignal(exampleBody(example)), { ...scope, groups: ['other'] })).toEqual({
        to: 'nothing',
        reason: 'other-group',
      })
    },
  )
})
