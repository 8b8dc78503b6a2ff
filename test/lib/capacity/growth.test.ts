import { describe, expect, it } from '@jest/globals'

import { planScaling, type ScalingPolicy } from '../../../lib/capacity/plan.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { GROUP, NOW, clusterOf, group, need, room, times } from './cluster-of.ts'

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
    expect(firstPlan(clusterOf({ group: { ...unknown, desired: 1 }, services })).desired).toBe(1)
    const launching = { lifecycleState: 'Pending', container: null }
    expect(firstPlan(clusterOf({ group: unknown, instances: [launching], services })).desired).toBe(1)
  })

  it('launches none where nothing waits, where it may not, or where another group can bring what is needed', () => {
    expect(firstPlan(clusterOf({ group: unknown })).desired).toBe(0)
    expect(firstPlan(clusterOf({ group: { ...unknown, max: 0 }, services })).desired).toBe(0)
    const odd = [{ name: 'odd', need: need(1, 1, { unmodelled: ['x'] }), desiredCount: 1 }]
    expect(firstPlan(clusterOf({ group: unknown, services: odd })).desired).toBe(0)
    const groups = [group(unknown), group({ name: 'known' })]
    expect(planOf(clusterOf({ groups, services })).groups).toMatchObject([{ desired: 0 }, { desired: 2 }])
  })

  it('launches none for tasks of another capacity provider', () => {
    const bound = [{ ...services[0]!, capacityProviders: ['py'] }]
    const groups = [group({ ...unknown, capacityProviderName: 'px' })]
    expect(planOf(clusterOf({ groups, services: bound })).groups).toMatchObject([{ desired: 0 }])
  })
})
