import { describe, expect, it } from '@jest/globals'

import { removableTogether } from '../../../lib/capacity/removal.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { clusterOf, group, instanceId, need, room, standalone, times } from './cluster-of.ts'

const survey = (snapshot: ClusterSnapshot, headroom = 0) => surveyCluster(snapshot, headroom)
const unplaced = (snapshot: ClusterSnapshot) => survey(snapshot).packing.unplaced

describe('demand', () => {
  const demand = (cluster: Parameters<typeof clusterOf>[0], headroom = 0) => {
    const { tasks, headroom: spare } = survey(clusterOf(cluster), headroom).demand
    const count = (counts: typeof tasks) => counts.reduce((sum, each) => sum + each.count, 0)
    return [count(tasks), count(spare)]
  }
  const web = { name: 'web', need: need(512, 512) }

  it('is what a service lacks, whether or not ECS has created tasks for it', () => {
    expect(demand({ instances: [{}], services: [{ ...web, on: [0, 0], desiredCount: 5 }] })).toEqual([3, 0])
    const waiting = standalone({ group: 'service:web' })
    expect(
      demand({ instances: [{}], services: [{ ...web, on: [0], desiredCount: 2 }], tasks: [waiting] }),
    ).toEqual([1, 0])
  })

  it.each([
    ['DRAINING', { container: { status: 'DRAINING' } }],
    ['terminating', { lifecycleState: 'Terminating:Wait' }],
  ])('counts tasks on an instance that is %s, less the replacements that run', (_, leaving) => {
    const instances = [leaving, {}]
    expect(demand({ instances, services: [{ ...web, on: [0, 0, 1], desiredCount: 3 }] })).toEqual([2, 0])
    expect(demand({ instances, services: [{ ...web, on: [0, 0, 1, 1], desiredCount: 3 }] })).toEqual([1, 0])
  })

  it('counts tasks on an instance that is none of the cluster, such as one that goes to a warm pool', () => {
    const cluster = clusterOf({ instances: [{}, {}], services: [{ ...web, on: [0, 1, 1] }] })
    const [staying] = cluster.instances
    const snapshot = { ...cluster, instances: staying === undefined ? [] : [staying] }
    expect(survey(snapshot).demand.tasks).toMatchObject([{ count: 2 }])
  })

  it('leaves out tasks on an instance whose agent is silent: they run', () => {
    const instances = [{ container: { agentConnected: false } }]
    expect(demand({ instances, services: [{ ...web, on: [0] }] })).toEqual([0, 0])
  })

  it('counts a standalone task only while it has no instance', () => {
    const leaving = { container: { status: 'DRAINING' } }
    expect(demand({ instances: [leaving], tasks: [standalone({ at: 0 })] })).toEqual([0, 0])
    expect(demand({ instances: [leaving], tasks: [standalone()] })).toEqual([1, 0])
  })

  it('leaves daemons out', () => {
    expect(demand({ instances: [{}], services: [{ ...web, isDaemon: true, desiredCount: 5 }] }, 50)).toEqual([
      0, 0,
    ])
  })

  it.each([
    { desired: 10, percent: 10, running: 10, spare: 1 },
    { desired: 11, percent: 10, running: 11, spare: 2 },
    { desired: 30, percent: 10, running: 30, spare: 3 },
    { desired: 10, percent: 0, running: 10, spare: 0 },
    { desired: 0, percent: 10, running: 0, spare: 0 },
    { desired: 10, percent: 30, running: 12, spare: 1 },
    { desired: 10, percent: 10, running: 14, spare: 0 },
  ])(
    'keeps $percent % of $desired free, $running running: $spare',
    ({ desired, percent, running, spare }) => {
      const services = [{ ...web, on: times(running, 0), desiredCount: desired }]
      const instances = [{ registered: room(100_000, 100_000) }]
      expect(demand({ instances, services }, percent)[1]).toBe(spare)
    },
  )

  it('keeps headroom beside tasks that have been replaced and still run on an instance that is leaving', () => {
    const services = [{ ...web, on: [...times(10, 0), ...times(3, 1)], desiredCount: 10 }]
    const instances = [{ registered: room(100_000, 100_000) }, { container: { status: 'DRAINING' } }]
    expect(demand({ instances, services }, 20)).toEqual([0, 2])
  })

  it('keeps that place also while the tasks of the deployment wait without one', () => {
    const waiting = times(3, standalone({ group: 'service:web' }))
    const cluster = { instances: [{}], services: [{ ...web, on: [0], isDeploying: true }], tasks: waiting }
    expect(demand(cluster)).toEqual([0, 1])
  })

  it('keeps one place for a deployment that must start a task before it may stop one', () => {
    const deploying = { ...web, on: [0], isDeploying: true }
    expect(demand({ instances: [{}], services: [deploying] })).toEqual([0, 1])
    expect(demand({ instances: [{}], services: [{ ...deploying, minimumHealthyPercent: 0 }] })).toEqual([
      0, 0,
    ])
  })

  it('comes before headroom when there is not enough for both', () => {
    const services = [
      { name: 'large', need: need(4_096, 1_024), on: [0] },
      { name: 'small', need: need(1_024, 1_024), desiredCount: 1 },
    ]
    const { packing } = survey(clusterOf({ group: { max: 2 }, instances: times(2, {}), services }), 10)
    expect(packing.unplaced).toEqual([])
    expect(packing.unplacedSpare).toMatchObject([{ classKey: 'service:large', because: 'group-maximum' }])
  })

  it('that nothing is known of is named', () => {
    const snapshot = clusterOf({ services: [{ ...web, desiredCount: 1 }] })
    expect(unplaced({ ...snapshot, taskDefinitions: new Map() })).toMatchObject([
      { because: 'unmodelled', about: ['task-definition-unread'] },
    ])
  })
})

describe('a service with two revisions side by side', () => {
  it('needs both of them, and is not called idle', () => {
    const web = { name: 'web', need: need(4_000, 4_000), on: [0, 1, 2], besideCount: 3, isDeploying: true }
    const { needed } = survey(clusterOf({ instances: times(3, {}), services: [web] }))
    expect([...needed.values()]).toEqual([3])
  })
})

describe('a service of several capacity providers', () => {
  const groups = [
    group({ name: 'base', desired: 1, capacityProviderName: 'pb' }),
    group({ name: 'spot', capacityProviderName: 'ps' }),
  ]
  const instances = [{ group: 'base', container: { capacityProviderName: 'pb' } }]
  const web = { name: 'web', need: need(1_024, 1_024), capacityProviders: ['pb', 'ps'] }

  it('is brought a machine by any of them', () => {
    const { needed } = survey(clusterOf({ groups, instances, services: [{ ...web, desiredCount: 5 }] }))
    expect([...needed]).toEqual([['base', 1]])
  })

  it('is brought one by the provider that ECS has chosen, though another has room', () => {
    const waiting = standalone({ group: 'service:web', capacityProviderName: 'ps' })
    const { needed } = survey(
      clusterOf({ groups, instances, services: [{ ...web, desiredCount: 1 }], tasks: [waiting] }),
    )
    expect([...needed]).toEqual([['spot', 1]])
  })

  it('has none of its tasks moved, since nobody can say which provider comes next', () => {
    const plan = removableTogether(
      survey(clusterOf({ groups, instances: [...instances, ...instances], services: [{ ...web, on: [0] }] })),
      'tasks',
    )
    expect(plan.kept).toContainEqual({
      instanceId: instanceId(0),
      because: 'unmodelled',
      about: ['several-capacity-providers'],
    })
  })
})

describe('a standalone task that waits for a capacity provider', () => {
  it('is brought a machine of that provider', () => {
    const groups = [group({ name: 'a', desired: 1 }), group({ name: 'b', capacityProviderName: 'pb' })]
    const snapshot = clusterOf({
      groups,
      instances: [{ group: 'a' }],
      services: [{ name: 'report', need: need(10, 10), desiredCount: 0 }],
      tasks: [standalone({ capacityProviderName: 'pb' })],
    })
    expect([...survey(snapshot).needed]).toEqual([['b', 1]])
  })
})
