import { describe, expect, it } from '@jest/globals'

import { planScaling, type ScalingPolicy } from '../../../lib/capacity/plan.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { GROUP, NOW, clusterOf, group, machine, need, room, times } from './cluster-of.ts'

const policy: ScalingPolicy = { step: { min: 1, max: 10 }, scaleInCooldownSeconds: 300, budgetPercent: 10 }

const planOf = (
  snapshot: ClusterSnapshot,
  { headroom = 0, ...more }: Partial<ScalingPolicy> & { headroom?: number } = {},
) => planScaling(surveyCluster(snapshot, headroom), { ...policy, ...more })
const firstPlan = (...args: Parameters<typeof planOf>) => planOf(...args).groups[0]!

const web = { name: 'web', need: need(1_024, 2_048) }
const full = { used: room(4_096, 8_192) }

describe('machines that are not there yet', () => {
  const young = { launchedAt: NOW - 60_000 }
  const services = [{ name: 'web', need: need(4_000, 4_000), on: [0, 1], desiredCount: 3 }]
  const third = (more: object) => firstPlan(clusterOf({ instances: [{}, {}, more], services }))

  it.each([
    ['that has not registered yet', { ...young, container: null }],
    ['that is registering', { ...young, container: { status: 'REGISTERING' } }],
    ['whose agent has not connected yet', { ...young, container: { agentConnected: false } }],
    [
      'whose agent is silent for a moment',
      { container: { agentConnected: false, silentSince: NOW - 4 * 60_000 } },
    ],
  ])('are waited for: no other is launched instead of one %s', (_, more) => {
    expect(third(more).desired).toBe(3)
  })

  it.each([
    ['was launched nobody knows when and never registered', { container: null }],
    ['was launched an hour ago and never registered', { container: null, launchedAt: NOW - 3_600_000 }],
    ['has been registering for an hour', { container: { status: 'REGISTERING' } }],
    [
      'has had a silent agent for five minutes',
      { container: { agentConnected: false, silentSince: NOW - 5 * 60_000 } },
    ],
    ['is silent since nobody knows when', { container: { agentConnected: false } }],
  ])('are not waited for where one %s', (_, more) => {
    expect(third(more)).toMatchObject({ desired: 4, because: 'demand' })
  })

  it('keep others from being taken while they are counted on', () => {
    const flapping = { container: { agentConnected: false, silentSince: NOW } }
    expect(firstPlan(clusterOf({ instances: [{}, {}, flapping] }))).toMatchObject({
      remove: [],
      because: 'in-flight',
    })
  })

  it('are asked for no more once three in a row never registered', () => {
    const lost = (minutes: number) => ({ container: null, launchedAt: NOW - minutes * 60_000 })
    const plan = (...last: readonly object[]) =>
      firstPlan(clusterOf({ instances: [{}, {}, ...last], services: [{ ...services[0]!, desiredCount: 9 }] }))
    expect(plan(lost(11), lost(12), lost(13))).toMatchObject({ desired: 5, because: 'not-registering' })
    expect(plan(lost(11), lost(12))).toMatchObject({ because: 'demand' })
    expect(plan(lost(11), lost(12), { launchedAt: NOW - 720_000 }, lost(13))).toMatchObject({
      because: 'demand',
    })
    expect(plan(lost(11), lost(12), lost(13), young)).toMatchObject({ because: 'demand' })
    // One that is still on its way proves neither.
    expect(plan(lost(11), lost(12), lost(13), { ...young, container: null })).toMatchObject({
      because: 'not-registering',
    })
    const registered = { launchedAt: NOW - 780_000 }
    expect(plan(lost(11), lost(12), lost(13), registered)).toMatchObject({ because: 'demand' })
    expect(plan(registered, lost(13), lost(12), lost(11))).toMatchObject({ because: 'demand' })
    // Nothing tells which of them came first.
    expect(plan(...times(3, { container: null }))).toMatchObject({ because: 'demand' })
  })
})

describe('a group whose launches fail', () => {
  const failing = { launchFailedAt: NOW - 60_000 }
  const services = [{ name: 'web', need: need(4_000, 4_000), on: [0, 1], desiredCount: 5 }]
  const spot = group({ name: 'spot', desired: 5, ...failing })

  it('is waited for no more: another one brings what is needed', () => {
    const groups = [spot, group({ desired: 2 })]
    expect(planOf(clusterOf({ groups, instances: [{}, {}], services })).groups).toMatchObject([
      { group: 'spot', desired: 5, because: 'launches-fail' },
      { group: GROUP, desired: 5, because: 'demand' },
    ])
  })

  it('keeps what it was asked for while nobody else can bring it, and is not asked for more', () => {
    const part = { ...failing, desired: 3 }
    expect(firstPlan(clusterOf({ group: part, instances: [{}, {}], services }))).toMatchObject({
      desired: 3,
      because: 'launches-fail',
    })
  })

  it('is counted on again a quarter of an hour after the last failure', () => {
    const groups = [{ ...spot, launchFailedAt: NOW - 15 * 60_000 }, group({ desired: 2 })]
    expect(planOf(clusterOf({ groups, instances: [{}, {}], services })).groups).toMatchObject([
      { desired: 5 },
      { desired: 2 },
    ])
  })

  it('gives up what nobody needs, and never more than it has not got or below its minimum', () => {
    const idle = (part: object) =>
      firstPlan(
        clusterOf({ group: { desired: 10, ...failing, ...part }, instances: times(2, full), services: [] }),
      )
    expect(idle({})).toMatchObject({ desired: 2, because: 'launches-fail', remove: [] })
    expect(idle({ min: 4 })).toMatchObject({ desired: 4 })
    expect(idle({ holds: ['zonal-shift'] })).toMatchObject({ desired: 10 })
    expect(idle({ desired: 2 })).toMatchObject({ desired: 2, because: 'enough', about: [] })
    expect(idle({ desired: 1 })).toMatchObject({ desired: 1, because: 'in-flight' })
  })
})

describe('a group whose machines nobody knows', () => {
  const unknown = { machines: [] }
  const services = [{ ...web, desiredCount: 5 }]

  it('launches one to learn from, once', () => {
    expect(firstPlan(clusterOf({ group: unknown, services }))).toMatchObject({
      desired: 1,
      because: 'unknown-machine',
      about: ['service:web'],
    })
    for (const desired of [1, 2]) {
      const plan = firstPlan(clusterOf({ group: { ...unknown, desired }, services }))
      expect(plan.desired).toBe(desired)
      expect(plan.because).not.toBe('unknown-machine')
    }
    const launching = { lifecycleState: 'Pending', container: null }
    for (const desired of [0, 1]) {
      const part = { ...unknown, desired }
      const plan = firstPlan(clusterOf({ group: part, instances: [launching], services }))
      expect(plan.desired).toBe(desired)
      expect(plan.because).not.toBe('unknown-machine')
    }
  })

  it('launches none where nothing waits, where it may not, or where another group can bring what is needed', () => {
    expect(firstPlan(clusterOf({ group: unknown })).desired).toBe(0)
    expect(firstPlan(clusterOf({ group: { ...unknown, max: 0 }, services })).desired).toBe(0)
    const odd = [{ name: 'odd', need: need(1, 1, { unmodelled: ['x'] }), desiredCount: 1 }]
    expect(firstPlan(clusterOf({ group: unknown, services: odd })).desired).toBe(0)
    const huge = [{ name: 'huge', need: need(9_999, 1), desiredCount: 1 }]
    expect(firstPlan(clusterOf({ services: huge })).desired).toBe(0)
    const groups = [group(unknown), group({ name: 'known' })]
    expect(planOf(clusterOf({ groups, services })).groups).toMatchObject([{ desired: 0 }, { desired: 2 }])
  })

  it('launches none for tasks of another capacity provider', () => {
    const bound = [{ ...services[0]!, capacityProviders: ['py'] }]
    const groups = [group({ ...unknown, capacityProviderName: 'px' })]
    expect(planOf(clusterOf({ groups, services: bound })).groups).toMatchObject([{ desired: 0 }])
  })
})

describe('a group near its maximum', () => {
  const services = [{ ...web, desiredCount: 100 }]

  it.each([
    ['counts what it has', { max: 4 }, { desired: 4, because: 'demand' }],
    ['counts what it has beyond what it wants', { max: 4, desired: 1 }, { desired: 4, because: 'demand' }],
    ['counts what was asked of it', { max: 5, desired: 5 }, { desired: 5, because: 'group-maximum' }],
  ])('%s', (_, part, plan) => {
    expect(firstPlan(clusterOf({ instances: times(3, full), group: part, services }))).toMatchObject(plan)
  })

  it('names ten of the services that wait', () => {
    const many = Array.from({ length: 11 }, (__, index) => ({
      ...web,
      name: `web-${index}`,
      desiredCount: 1,
    }))
    const { about } = firstPlan(clusterOf({ services: many }))
    expect(about).toEqual(Array.from({ length: 10 }, (__, index) => `service:web-${index}`))
  })
})

describe('tasks that wait', () => {
  const large = machine(room(8_192, 16_384))
  const waiting = { name: 'waiting', need: need(7_000, 100), desiredCount: 1 }
  const small = { name: 'small', need: need(2_000, 100), on: [0] }

  it('hold up nobody where they fit no machine, but the larger instance that could take them stays', () => {
    const instances = [{ registered: room(8_192, 16_384) }, {}, {}]
    expect(firstPlan(clusterOf({ instances, services: [waiting, small] }))).toMatchObject({
      because: 'removable',
    })
    const plan = planOf(clusterOf({ instances, services: [waiting, small] }), { budgetPercent: 100 })
    expect(plan.groups[0]!.remove).not.toContain('i-0000')
  })

  it('hold up a group of which one instance could take them, though its machines could not', () => {
    const groups = [group({ name: 'large', max: 0, machines: [large] }), group({ desired: 3 })]
    const instances = [{ registered: room(8_192, 16_384) }, {}, {}]
    expect(planOf(clusterOf({ groups, instances, services: [waiting, small] })).groups[1]).toMatchObject({
      because: 'waiting-tasks',
    })
  })

  it('hold up a group that could take some of them', () => {
    const groups = [group({ name: 'x', max: 0, capacityProviderName: 'px' }), group({ desired: 2, max: 2 })]
    const ofX = { name: 'bound', need: need(10, 10), desiredCount: 1, capacityProviders: ['px'] }
    const open = { name: 'open', need: need(4_096, 10), desiredCount: 1 }
    const because = (instance: object, services: readonly (typeof open)[]) =>
      planOf(clusterOf({ groups, instances: times(2, instance), services })).groups[1]!.because
    expect(because(full, [ofX, open])).toBe('group-maximum')
    expect(because({}, [ofX])).toBe('removable')
  })
})
