import { describe, expect, it } from '@jest/globals'

import { planScaling } from '../../../lib/capacity/plan.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { NOW, clusterOf, group, instanceId, need, room, times, type ClusterOf } from './cluster-of.ts'

interface Limits {
  readonly headroom?: number
  readonly budgetPercent?: number
}

const plansOf = (cluster: ClusterOf, { headroom = 0, budgetPercent = 100 }: Limits = {}) =>
  planScaling(surveyCluster(clusterOf(cluster), headroom), {
    step: { min: 1, max: 10 },
    scaleInCooldownSeconds: 300,
    budgetPercent,
  }).groups
const planOf = (...args: Parameters<typeof plansOf>) => plansOf(...args)[0]!
const ids = (...places: readonly number[]) => places.map(instanceId)

const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ zone: `eu-west-1${name}` }))
const half = { registered: room(2_048, 8_192) }
const held = { isProtectedFromScaleIn: true }

describe('what a group gives up', () => {
  it('comes from one zone where it has no other, each instance once', () => {
    expect(planOf({ instances: times(5, { ...a }) }, { budgetPercent: 40 }).remove).toEqual(ids(0, 1))
  })

  it('is its own, within a budget of its own', () => {
    const groups = [group({ desired: 10 }), group({ name: 'other', desired: 10 })]
    const instances = [...times(10, { ...a }), ...times(10, { ...a, group: 'other' })]
    const plans = plansOf({ groups, instances }, { budgetPercent: 10 })
    expect(plans.map(({ remove }) => remove)).toEqual([ids(0), ids(10)])
  })

  it('comes from its own fullest zone, whatever others and a warm pool have elsewhere', () => {
    const groups = [group({ desired: 4 }), group({ name: 'other', desired: 3 })]
    const own = [{ ...b }, { ...a }, { ...a }, { ...c }]
    const pooled = { ...b, lifecycleState: 'Warmed:Stopped', container: null }
    const instances = [...own, ...times(3, { ...b, group: 'other' }), ...times(3, pooled)]
    const [plan] = plansOf({ groups, instances }, { budgetPercent: 10 })
    expect(plan).toMatchObject({ remove: ids(1), because: 'removable' })
  })

  it('passes over what would be asked back, and goes on in the zone that is the fullest by then', () => {
    const services = [
      { name: 'large', need: need(3_000, 100), on: [2] },
      { name: 'small', need: need(100, 100), on: [1, 3, 3] },
    ]
    const instances = [{ ...half, ...a }, { ...half, ...a }, { ...b }, { ...half, ...b }]
    const rest = { ...half, ...c, ...held }
    const plan = planOf({ instances: [...instances, rest], services }, { budgetPercent: 40 })
    expect(plan.remove).toEqual(ids(0, 3))
  })

  it('passes over what would be asked back, and takes no instance twice', () => {
    const services = [
      { name: 'large', need: need(3_000, 100), on: [1] },
      { name: 'small', need: need(100, 100), on: [2, 2] },
    ]
    const instances = [{ ...half, ...a }, { ...a }, { ...half, ...a }, { ...half, ...a, ...held }]
    expect(planOf({ instances, services }).remove).toEqual(ids(0, 2))
  })

  it.each([
    ['a fifth one is still tried', 4, { because: 'removable', remove: ids(4), about: [] }],
    ['a sixth one is not', 5, { because: 'would-flap', remove: [], about: ['service:large'] }],
  ])('is sought in vain a few times only: %s', (_, count, plan) => {
    const services = [
      { name: 'large', need: need(3_000, 100), on: Array.from({ length: count }, (__, index) => index) },
      { name: 'small', need: need(500, 100), on: [count, count] },
    ]
    const instances = [...times(count, { ...a }), { ...half, ...a }]
    expect(planOf({ instances, services })).toMatchObject(plan)
  })

  it('leaves room for the headroom of all services together', () => {
    const services = ['a', 'b'].map((name, at) => ({ name, need: need(1_024, 1), on: [at, at] }))
    const cluster = { instances: times(3, {}), services }
    expect(planOf(cluster, { headroom: 100 })).toMatchObject({ remove: ids(2) })
    expect(planOf(cluster, { headroom: 150 })).toMatchObject({
      remove: [],
      because: 'no-room',
      about: ['service:a'],
    })
  })

  it('is nothing where every instance is held for itself', () => {
    expect(planOf({ instances: times(2, held) })).toMatchObject({ remove: [], because: 'enough', about: [] })
  })

  it.each([
    ['the budget', { instances: times(2, { ...a }) }, 0, 'budget'],
    [
      'the balance of zones',
      { instances: [{ ...a, ...held }, { ...a, ...held }, { ...b }] },
      100,
      'zone-balance',
    ],
  ])('is nothing for the sake of %s, which is about no service', (_, cluster, budgetPercent, because) => {
    expect(planOf(cluster, { budgetPercent })).toMatchObject({ remove: [], because, about: [] })
  })
})

describe('an instance is asked back', () => {
  it('by the slots of all that goes in the same look, not of the last one alone', () => {
    const services = [{ name: 'web', need: need(1_024, 2_048), on: times(4, 0) }]
    expect(planOf({ instances: times(5, { ...a }), services }).remove).toEqual(ids(1, 2, 3))
  })

  it('by no daemon, which comes with each instance', () => {
    const services = [{ name: 'logs', need: need(2_500, 100), isDaemon: true, on: [0, 1] }]
    expect(planOf({ instances: times(2, { ...a }), services }).remove).toEqual(ids(0, 1))
  })

  it('by no service that wants no task', () => {
    const services = [
      { name: 'off', need: need(4_096, 100), desiredCount: 0 },
      { name: 'web', need: need(100, 100), on: [0, 1] },
    ]
    expect(planOf({ instances: times(2, { ...a }), services }).remove).toEqual(ids(0))
  })
})

describe('beside another group', () => {
  it.each([
    ['that has just scaled', { lastScaleInAt: NOW }, {}, 'cool-down'],
    ['to which an instance comes', {}, { lifecycleState: 'Pending' }, 'in-flight'],
  ])('%s, a group gives up what it can spare', (_, otherGroup, otherInstance, because) => {
    const groups = [group({ name: 'other', desired: 1, ...otherGroup }), group({ desired: 3 })]
    const instances = [{ group: 'other', ...otherInstance }, ...times(3, {})]
    const services = [{ name: 'web', need: need(4_096, 100), on: [3] }]
    expect(plansOf({ groups, instances, services }, { headroom: 100 })).toMatchObject([
      { because, remove: [] },
      { because: 'removable', remove: ids(1) },
    ])
  })

  it('that brings a machine for tasks, a group keeps what could take them', () => {
    const groups = [group({ desired: 1 }), group({ name: 'z', desired: 1 })]
    const instances = [{ used: room(4_096, 8_192) }, { group: 'z' }]
    const services = [
      { name: 'web', need: need(3_000, 100), desiredCount: 1 },
      { name: 'small', need: need(2_000, 100), on: [1] },
    ]
    expect(plansOf({ groups, instances, services })).toMatchObject([
      { because: 'demand', desired: 2 },
      { because: 'waiting-tasks', desired: 1, remove: [] },
    ])
  })
})
