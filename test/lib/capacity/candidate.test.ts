import { describe, expect, it } from '@jest/globals'

import { byCost, judgeInstances } from '../../../lib/capacity/candidate.ts'
import { classify } from '../../../lib/capacity/task-class.ts'
import { clusterOf, instanceId, need, room, standalone, times, type ClusterOf } from './cluster-of.ts'

const judge = (cluster: ClusterOf) => {
  const snapshot = clusterOf(cluster)
  return judgeInstances(snapshot, classify(snapshot))
}
const candidatesOf = (cluster: ClusterOf) =>
  judge(cluster).flatMap((each) => (each.kind === 'candidate' ? each.candidate : []))
/** Why the first instance stays. */
const reasonOf = (cluster: ClusterOf) =>
  judge(cluster).flatMap((each) => (each.kind === 'kept' ? [[each.kept.because, ...each.kept.about]] : []))[0]

const web = { name: 'web', need: need(1_000, 1_000), on: [0] }
const logs = { name: 'logs', need: need(100, 100), isDaemon: true, on: [0] }

describe('an instance that may be removed', () => {
  it('costs the tasks that must move, and names all that ECS counts there', () => {
    const services = [{ ...web, on: [0, 0] }, logs, { ...web, name: 'api' }]
    expect(candidatesOf({ instances: [{}], services })).toMatchObject([
      {
        group: 'ecs-web-a',
        moves: [
          { taskClass: { key: 'service:web' }, count: 2 },
          { taskClass: { key: 'service:api' }, count: 1 },
        ],
        moveCount: 3,
        taskCount: 4,
        usedShare: 3_100 / 4_096,
      },
    ])
  })

  it('costs nothing for a daemon, protected or not', () => {
    const services = [{ ...logs, task: { isProtected: true } }]
    expect(candidatesOf({ instances: [{}], services })).toMatchObject([{ moveCount: 0, taskCount: 1 }])
  })

  it('costs nothing for a task that is stopping, which still explains what is in use', () => {
    const services = [{ ...web, task: { desiredStatus: 'STOPPED' } }]
    expect(candidatesOf({ instances: [{}], services })).toMatchObject([{ moveCount: 0, taskCount: 0 }])
  })

  it('is cheaper by fewer moves, then by what is in use, then by its id', () => {
    const services = [
      { ...web, on: [0, 2] },
      { ...logs, on: [1] },
    ]
    const candidates = candidatesOf({ instances: times(5, {}), services })
    const order = (all: typeof candidates) => all.toSorted(byCost).map(({ instance }) => instance.instanceId)
    const expected = [3, 4, 1, 0, 2].map(instanceId)
    expect(order(candidates)).toEqual(expected)
    expect(order(candidates.toReversed())).toEqual(expected)
  })
})

describe('an instance stays', () => {
  it.each([
    ['CPU', room(1, 0)],
    ['memory', room(0, 1)],
  ])('while some of its %s is in use by what was not listed', (_, used) => {
    expect(reasonOf({ instances: [{ used }], services: [web] })).toEqual(['unexplained-use'])
  })

  it('while what a stopped task had is still in use', () => {
    const services = [{ ...web, task: { lastStatus: 'STOPPED' } }]
    expect(reasonOf({ instances: [{}], services })).toEqual(['unexplained-use'])
  })

  it.each([
    ['a protected task', { task: { isProtected: true } }, ['protected-task', 'arn:task/web-0']],
    ['a service in the middle of a deployment', { isDeploying: true }, ['deploying', 'web']],
    ['bounds that allow no move', { maximumPercent: 100 }, ['deployment-bounds', 'web']],
    ['something not modelled', { need: need(1, 1, { unmodelled: ['x'] }) }, ['unmodelled', 'x']],
    [
      'tasks that any of several providers may take',
      { capacityProviders: ['a', 'b'] },
      ['unmodelled', 'several-capacity-providers'],
    ],
  ])('with %s, which is named', (_, more, expected) => {
    const services = [{ ...web, ...more }]
    const container = { capacityProviderName: 'a' }
    expect(reasonOf({ instances: [{ container }], services })).toEqual(expected)
  })

  it.each([
    ['family:report', ['standalone-task', 'arn:task/report']],
    ['service:gone', ['unmodelled', 'service:gone']],
  ])('with a task of %s, which is named', (taskGroup, expected) => {
    expect(reasonOf({ instances: [{}], tasks: [standalone({ at: 0, group: taskGroup })] })).toEqual(expected)
  })

  it('with the first reason that is found, its own before that of its tasks', () => {
    const services = [{ ...web, task: { isProtected: true } }]
    expect(reasonOf({ instances: [{ isProtectedFromScaleIn: true }], services })).toEqual([
      'scale-in-protected',
    ])
  })
})
