import { describe, expect, it } from '@jest/globals'

import { planScaling, type ScalingPolicy } from '../../../lib/capacity/plan.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { GROUP, NOW, clusterOf, group, instanceId, machine, need, room, times } from './cluster-of.ts'

const policy: ScalingPolicy = { step: { min: 1, max: 10 }, scaleInCooldownSeconds: 300, budgetPercent: 10 }

const planOf = (
  snapshot: ClusterSnapshot,
  { headroom = 0, ...more }: Partial<ScalingPolicy> & { headroom?: number } = {},
) => planScaling(surveyCluster(snapshot, headroom), { ...policy, ...more })
const firstPlan = (...args: Parameters<typeof planOf>) => planOf(...args).groups[0]!

const web = { name: 'web', need: need(1_024, 2_048) }
const full = { used: room(4_096, 8_192) }

describe('scaling out', () => {
  it('goes at once to what is needed', () => {
    expect(
      firstPlan(clusterOf({ instances: times(3, full), services: [{ ...web, desiredCount: 10 }] })),
    ).toEqual({
      group: GROUP,
      desired: 6,
      desiredBefore: 3,
      because: 'demand',
      remove: [],
      about: ['service:web'],
    })
  })

  it('goes from zero to what is needed, not to two', () => {
    expect(firstPlan(clusterOf({ services: [{ ...web, desiredCount: 1 }] }))).toMatchObject({ desired: 1 })
    expect(firstPlan(clusterOf({ services: [{ ...web, desiredCount: 12 }] }))).toMatchObject({ desired: 3 })
    expect(firstPlan(clusterOf({ services: [{ ...web, desiredCount: 0 }] }), { headroom: 10 })).toMatchObject(
      {
        desired: 0,
        because: 'enough',
      },
    )
  })

  it('keeps room for the headroom', () => {
    const services = [{ ...web, on: times(4, 0) }]
    expect(firstPlan(clusterOf({ instances: [{}], services }))).toMatchObject({ desired: 1 })
    expect(firstPlan(clusterOf({ instances: [{}], services }), { headroom: 10 })).toMatchObject({
      desired: 2,
    })
  })

  it('stays within step and maximum', () => {
    const services = [{ ...web, desiredCount: 100 }]
    expect(firstPlan(clusterOf({ services }))).toMatchObject({ desired: 10 })
    expect(firstPlan(clusterOf({ services, group: { max: 4 } }))).toMatchObject({ desired: 4 })
    expect(firstPlan(clusterOf({ services, group: { max: 0 } }))).toMatchObject({
      desired: 0,
      because: 'group-maximum',
    })
  })

  it('brings room for tasks on instances that are leaving', () => {
    const leaving = { lifecycleState: 'Terminating:Wait', container: { status: 'DRAINING' } }
    const services = [{ ...web, on: [1, 1, 1] }]
    expect(
      firstPlan(clusterOf({ instances: [full, leaving], services, group: { desired: 1 } })),
    ).toMatchObject({
      desired: 2,
      because: 'demand',
    })
  })

  it('counts from what is there where desired is below it', () => {
    const services = [{ ...web, desiredCount: 1 }]
    expect(
      firstPlan(clusterOf({ instances: times(3, full), services, group: { desired: 1 } })),
    ).toMatchObject({
      desired: 4,
    })
  })

  it('waits for a deployment, a refresh and a cool-down as little as for anything', () => {
    const services = [{ ...web, desiredCount: 5, isDeploying: true }]
    const held = { holds: ['instance-refresh'], lastScaleOutAt: NOW } as const
    expect(firstPlan(clusterOf({ services, group: held }))).toMatchObject({ desired: 2, because: 'demand' })
  })

  it('leaves a group alone that counts weights, and says so', () => {
    const services = [{ ...web, desiredCount: 5 }]
    expect(firstPlan(clusterOf({ services, group: { isWeighted: true } }))).toMatchObject({
      desired: 0,
      because: 'weighted-group',
      about: [],
    })
  })

  it('says what no group will bring a machine for', () => {
    const services = [{ name: 'huge', need: need(9_999, 1), desiredCount: 2 }]
    expect(planOf(clusterOf({ services })).unplaced).toMatchObject([
      { classKey: 'service:huge', count: 2, because: 'fits-no-machine' },
    ])
    expect(
      firstPlan(
        clusterOf({ services: [{ ...web, desiredCount: 1 }], group: { suspendedProcesses: ['Launch'] } }),
      ),
    ).toMatchObject({ desired: 0, because: 'launch-suspended' })
  })
})

describe('a desired capacity that nothing obeys', () => {
  const cluster = (since?: number, part: Partial<ClusterSnapshot['groups'][number]> = {}) =>
    clusterOf({
      instances: times(3, full),
      group: {
        desired: 1,
        hasVictimChooser: true,
        ...(since !== undefined && { desiredBelowActualSince: since }),
        ...part,
      },
    })
  const long = NOW - 5 * 60_000

  it('is set back to what is there after five minutes', () => {
    expect(firstPlan(cluster(long))).toMatchObject({
      desired: 3,
      because: 'veto-outlived',
      remove: [],
    })
  })

  it('is set back also where instances are protected and nobody chooses', () => {
    const instances = times(3, { ...full, isProtectedFromScaleIn: true })
    const group = { desired: 1, desiredBelowActualSince: long }
    expect(firstPlan(clusterOf({ instances, group }))).toMatchObject({ desired: 3 })
  })

  it('is set back where one instance is protected, which may be the one that is meant', () => {
    const instances = [{ ...full, isProtectedFromScaleIn: true }, ...times(2, full)]
    const group = { desired: 1, desiredBelowActualSince: long }
    expect(firstPlan(clusterOf({ instances, group }))).toMatchObject({ desired: 3 })
  })

  it.each([3, 4])('is not spoken of any more where %d are wanted of the three that are there', (desired) => {
    const plan = firstPlan(cluster(long, { desired }))
    expect(plan.desired).toBe(desired)
    expect(plan.because).not.toBe('veto-outlived')
  })

  it('is left alone before', () => {
    expect(firstPlan(cluster(long + 1))).toMatchObject({ desired: 1, because: 'in-flight' })
    expect(firstPlan(cluster())).toMatchObject({ desired: 1, because: 'in-flight' })
  })

  it('is left alone where nobody may refuse a victim, and while replacements come or go', () => {
    expect(firstPlan(cluster(long, { hasVictimChooser: false })).desired).toBe(1)
    expect(firstPlan(cluster(long, { holds: ['instance-refresh'] }))).toMatchObject({
      desired: 1,
      because: 'instance-refresh',
    })
    const launching = { lifecycleState: 'Pending:Wait', container: null }
    const { groups } = cluster(long)
    expect(firstPlan(clusterOf({ instances: [...times(3, full), launching], groups })).desired).toBe(1)
  })
})

describe('a task that waits for a group that is full', () => {
  const groups = [
    group({ name: 'x', desired: 1, max: 1, capacityProviderName: 'px' }),
    group({ name: 'y', desired: 4 }),
  ]
  const ofX = { group: 'x', zone: 'eu-west-1a', container: { capacityProviderName: 'px' } }
  const ofY = { group: 'y', zone: 'eu-west-1a' }
  const instances = [ofX, ofY, ofY, ofY, ofY]
  const waiting = { name: 'x', need: need(4_000, 100), on: [0], desiredCount: 2 }

  it('holds up no other group that could not serve it', () => {
    const services = [{ ...waiting, capacityProviders: ['px'] }]
    expect(planOf(clusterOf({ groups, instances, services })).groups).toMatchObject([
      { because: 'group-maximum', remove: [] },
      { because: 'removable', remove: [instanceId(1)] },
    ])
  })

  it('holds up a group whose instances could take it', () => {
    const services = [waiting, { name: 'full', need: need(1_000, 8_192), on: [1, 2, 3, 4], desiredCount: 4 }]
    const full4 = [groups[0]!, { ...groups[1]!, max: 4 }]
    expect(planOf(clusterOf({ groups: full4, instances, services })).groups).toMatchObject([
      { because: 'group-maximum' },
      { because: 'group-maximum', remove: [] },
    ])
  })
})

describe('scaling in', () => {
  /** Six instances in three zones, a task on each of the first three. */
  const roomy = (more: Parameters<typeof clusterOf>[0] = {}) =>
    clusterOf({ instances: times(6, {}), services: [{ ...web, on: [0, 1, 2] }], ...more })

  it('takes the cheapest instance, within the budget', () => {
    expect(firstPlan(roomy())).toEqual({
      group: GROUP,
      desired: 5,
      desiredBefore: 6,
      because: 'removable',
      remove: [instanceId(3)],
      about: [],
    })
    expect(firstPlan(roomy(), { budgetPercent: 50 }).remove).toEqual([3, 4, 5].map(instanceId))
  })

  it('takes from a fullest zone, so that zones stay balanced', () => {
    const zone = (name: string) => ({ zone: `eu-west-1${name}` })
    const instances = [zone('a'), zone('a'), zone('a'), zone('b'), zone('b')]
    const services = [{ ...web, on: [0, 1, 2] }]
    expect(firstPlan(clusterOf({ instances, services })).remove).toEqual([instanceId(0)])
    const held = clusterOf({
      instances: instances.map((each, index) => ({ ...each, isProtectedFromScaleIn: index < 3 })),
      services,
    })
    expect(firstPlan(held)).toMatchObject({ remove: [], because: 'zone-balance' })
  })

  it.each([
    ['a deployment', { services: [{ ...web, on: [0], isDeploying: true }] }, 'deployment'],
    ['an instance refresh', { group: { holds: ['instance-refresh'] } }, 'instance-refresh'],
    ['a zonal shift', { group: { holds: ['zonal-shift'] } }, 'zonal-shift'],
    ['suspended termination', { group: { suspendedProcesses: ['Terminate'] } }, 'terminate-suspended'],
    ['a scale-in five minutes ago', { group: { lastScaleInAt: NOW - 299_000 } }, 'cool-down'],
    ['a scale-out five minutes ago', { group: { lastScaleOutAt: NOW - 299_000 } }, 'cool-down'],
    ['a desired capacity on its way', { group: { desired: 5 } }, 'in-flight'],
    ['a machine that was asked for', { group: { desired: 7 } }, 'in-flight'],
    [
      'a launch hook that holds an instance',
      { instances: [...times(6, {}), { lifecycleState: 'Pending:Wait' }], group: { desired: 6 } },
      'in-flight',
    ],
    [
      'an instance that is leaving',
      { instances: [...times(6, {}), { lifecycleState: 'Terminating:Wait' }], group: { desired: 6 } },
      'in-flight',
    ],
    [
      'an instance that is launching',
      {
        instances: [...times(6, {}), { lifecycleState: 'Pending:Wait', container: null }],
        group: { desired: 6 },
      },
      'in-flight',
    ],
    [
      'an instance that has not registered yet',
      { instances: [...times(6, {}), { container: null, launchedAt: NOW - 60_000 }] },
      'in-flight',
    ],
    ['a minimum', { group: { min: 6 } }, 'group-minimum'],
    ['tasks that wait', { services: [{ ...web, desiredCount: 100 }], group: { max: 6 } }, 'group-maximum'],
    [
      'instances that are not ready',
      { instances: [...times(5, {}), { container: { agentConnected: false } }] },
      'budget',
    ],
    [
      'tasks that nobody can place',
      { services: [{ name: 'odd', need: need(1, 1, { unmodelled: ['x'] }), desiredCount: 1 }] },
      'unmodelled-demand',
    ],
  ] as const)('does not happen during %s', (_, more, because) => {
    const cluster = roomy(more)
    expect(firstPlan(cluster)).toMatchObject({ remove: [], because, desired: cluster.groups[0]!.desired })
  })

  it('happens again after the cool-down', () => {
    expect(firstPlan(roomy({ group: { lastScaleInAt: NOW - 300_000 } })).because).toBe('removable')
  })

  it('happens although an instance that was never seen to register lingers', () => {
    const instances = [...times(20, {}), { container: null, launchedAt: 0 }]
    expect(firstPlan(clusterOf({ instances }), { budgetPercent: 10 }).because).toBe('removable')
  })

  it('goes to zero where nothing is wanted', () => {
    expect(firstPlan(clusterOf({ instances: [{}] }), { headroom: 10 })).toMatchObject({ desired: 0 })
  })

  it('leaves one place more than headroom needs, so that it is not asked back', () => {
    const services = [{ ...web, on: [0, 0, 0, 1] }]
    expect(firstPlan(clusterOf({ instances: times(3, {}), services })).remove).toEqual([instanceId(2)])
    const tight = clusterOf({ instances: times(2, {}), services: [{ ...web, on: [0, 0, 0, 1] }] })
    expect(firstPlan(tight)).toMatchObject({ remove: [], because: 'would-flap', about: ['service:web'] })
  })

  it('counts for that place all that goes in the same look', () => {
    const services = [{ ...web, on: [0, 0, 0, 0] }]
    const plan = firstPlan(clusterOf({ instances: times(3, {}), services }), { budgetPercent: 100 })
    expect(plan.remove).toEqual([instanceId(1)])
  })

  it('counts in one group what it takes in another', () => {
    const services = [{ name: 'web', need: need(4_096, 1_024), on: [0, 1] }]
    const groups = [group({ desired: 2 }), group({ name: 'other', desired: 2 })]
    const instances = [{}, { group: 'other' }, {}, { group: 'other' }]
    const plans = planOf(clusterOf({ groups, instances, services }), { headroom: 1 }).groups
    expect(plans.flatMap(({ remove }) => remove)).toEqual([])
  })

  it.each([
    [
      'no group gives any up while Auto Scaling is to take some of another',
      {},
      ['other-group-shrinks', 'in-flight'],
    ],
    [
      'a group that an instance refresh has ahead of what it wants is not waited for',
      { holds: ['instance-refresh'] },
      ['removable', 'instance-refresh'],
    ],
    [
      'a group that may not terminate is not waited for',
      { suspendedProcesses: ['Terminate'] },
      ['removable', 'terminate-suspended'],
    ],
  ] as const)('%s', (_, more, because) => {
    const groups = [group({ desired: 4 }), group({ name: 'other', desired: 1, ...more })]
    const instances = [...times(4, {}), ...times(3, { group: 'other' })]
    const plans = planOf(clusterOf({ groups, instances })).groups
    expect(plans.map((plan) => plan.because)).toEqual(because)
  })

  it('no group gives any up while instances of another are leaving', () => {
    const groups = [group({ desired: 4 }), group({ name: 'other', desired: 2 })]
    const others = [...times(2, { group: 'other' }), { group: 'other', lifecycleState: 'Terminating:Wait' }]
    const [plan] = planOf(clusterOf({ groups, instances: [...times(4, {}), ...others] })).groups
    expect(plan).toMatchObject({ remove: [], because: 'other-group-shrinks' })
  })

  it('a group whose surplus is all protected is not waited for', () => {
    const groups = [group({ desired: 4 }), group({ name: 'other', desired: 1 })]
    const instances = [...times(4, {}), ...times(3, { group: 'other', isProtectedFromScaleIn: true })]
    const [plan] = planOf(clusterOf({ groups, instances })).groups
    expect(plan?.because).toBe('removable')
  })
})

describe('on a constant load', () => {
  it('a cluster settles: each look adds or removes less, and then nothing', () => {
    const service = (desiredCount: number) => ({ name: 'web', need: need(512, 1_024), desiredCount })
    const sizes: number[] = []
    for (let size = 12, look = 0; look < 24; look += 1) {
      const tasks = 20
      const cluster = clusterOf({
        instances: times(size, {}),
        services: [{ ...service(tasks), on: Array.from({ length: tasks }, (_, index) => index % size) }],
        group: { machines: [machine()] },
      })
      size = firstPlan(cluster, { headroom: 10 }).desired
      sizes.push(size)
    }
    expect(sizes).toEqual([...sizes].sort((one, other) => other - one))
    expect(new Set(sizes.slice(-8)).size).toBe(1)
    expect(sizes.at(-1)).toBeLessThan(12)
  })
})
