import { describe, expect, it } from '@jest/globals'

import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { clusterOf, need, standalone, type ClusterOf } from './cluster-of.ts'

/** What needs room, by class, and what is kept free. */
const demandOf = (cluster: ClusterOf, headroom = 0) => {
  const { tasks, headroom: spare } = surveyCluster(clusterOf(cluster), headroom).demand
  const named = (counts: typeof tasks) => counts.map(({ taskClass, count }) => [taskClass.key, count])
  return { tasks: named(tasks), headroom: named(spare) }
}

const web = { name: 'web', need: need(512, 512) }
const waiting = standalone({ group: 'service:web' })

describe('what needs room', () => {
  it('names no service that lacks nothing', () => {
    const services = [
      { ...web, on: [0, 0], desiredCount: 2 },
      { ...web, name: 'shrinking', on: [0, 0, 0], desiredCount: 1 },
    ]
    expect(demandOf({ instances: [{}], services }, 0)).toEqual({ tasks: [], headroom: [] })
  })

  it('counts standalone tasks of one kind together, and no other kind with them', () => {
    const tasks = [
      standalone(),
      standalone({ arn: 'arn:task/second' }),
      standalone({ group: 'family:other' }),
      standalone({ capacityProviderName: 'pa' }),
      standalone({ desiredStatus: 'STOPPED' }),
      standalone({ lastStatus: 'STOPPED' }),
    ]
    const services = [{ name: 'report', need: need(10, 10), desiredCount: 0 }]
    expect(demandOf({ instances: [{}], services, tasks }).tasks).toEqual([
      ['family:report arn:task-definition/report:1', 2],
      ['family:other arn:task-definition/report:1', 1],
      ['family:report arn:task-definition/report:1 pa', 1],
    ])
  })

  it('is the same where an instance is leaving that the cluster never knew', () => {
    const unknown = { lifecycleState: 'Terminating:Wait', container: null }
    const services = [{ ...web, on: [0], desiredCount: 2 }]
    expect(demandOf({ instances: [{}, unknown], services }).tasks).toEqual([['service:web', 1]])
  })

  it('leaves out tasks that are stopping, which the service has lost', () => {
    const services = [{ ...web, on: [0], desiredCount: 1, task: { desiredStatus: 'STOPPED' } }]
    expect(demandOf({ instances: [{}], services }).tasks).toEqual([['service:web', 1]])
  })

  it('takes a service of one provider as it is', () => {
    const services = [{ ...web, desiredCount: 2, capacityProviders: ['pa'] }]
    const tasks = [{ ...waiting, capacityProviderName: 'pa' }]
    expect(demandOf({ services, tasks }).tasks).toEqual([['service:web', 2]])
  })

  it('counts what waits for one of several providers for that one, and the rest for any', () => {
    const several = { ...web, capacityProviders: ['pa', 'pb'] }
    const tasks = [
      ...['pa', 'pa', 'pb'].map((capacityProviderName) => ({ ...waiting, capacityProviderName })),
      waiting,
    ]
    expect(demandOf({ services: [{ ...several, desiredCount: 6 }], tasks }).tasks).toEqual([
      ['service:web pa', 2],
      ['service:web pb', 1],
      ['service:web', 3],
    ])
    const running = [{ ...several, on: [0], task: { capacityProviderName: 'pa' } }]
    expect(demandOf({ instances: [{}], services: running }).tasks).toEqual([])
  })
})

describe('what is kept free', () => {
  const deploying = { ...web, on: [0], isDeploying: true }

  it.each([
    ['must start a task before it may stop one', {}, 1],
    ['may stop one first', { minimumHealthyPercent: 0 }, 0],
    ['may start none', { maximumPercent: 100 }, 0],
    ['is over', { isDeploying: false }, 0],
    ['brings a second revision beside the first, whose tasks count already', { besideCount: 1 }, 0],
  ])('for a deployment that %s', (_, more, count) => {
    const { headroom } = demandOf({ instances: [{}], services: [{ ...deploying, ...more }] })
    expect(headroom).toEqual(count === 0 ? [] : [['service:web', count]])
  })

  it.each([
    ['on an instance that stays', 0, 1],
    ['on one that is leaving, where nothing is of use much longer', 1, 2],
  ])('is less what the service has beyond its desired count: %s', (_, at, count) => {
    const leaving = { container: { status: 'DRAINING' } }
    const services = [{ ...web, on: [0, 0, at], desiredCount: 2 }]
    expect(demandOf({ instances: [{}, leaving], services }, 100).headroom).toEqual([['service:web', count]])
  })

  it('is not one more for the sake of a fraction that is none', () => {
    const services = [{ ...web, desiredCount: 100 }]
    expect(demandOf({ services }, 7).headroom).toEqual([['service:web', 7]])
    expect(demandOf({ services }, 7.1).headroom).toEqual([['service:web', 8]])
  })
})
