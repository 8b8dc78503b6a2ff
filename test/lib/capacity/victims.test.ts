import { describe, expect, it } from '@jest/globals'

import { removableTogether } from '../../../lib/capacity/removal.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import {
  candidateLists,
  chooseVictims,
  inOrder,
  listValidityMs,
  type CandidateList,
  type FreshInstance,
  type VictimRequest,
} from '../../../lib/capacity/victims.ts'
import { GROUP, NOW, clusterOf, group, instanceId, need, standalone, times } from './cluster-of.ts'

const A = 'eu-west-1a'
const B = 'eu-west-1b'

const list: CandidateList = {
  version: 1,
  writtenAt: NOW,
  validUntil: NOW + 90_000,
  candidates: [
    { instanceId: 'i-1', zone: A, cost: 0, taskCount: 1, tasks: ['t1'] },
    { instanceId: 'i-2', zone: B, cost: 1, taskCount: 2, tasks: ['t1', 't2'] },
    { instanceId: 'i-3', zone: A, cost: 2, taskCount: 3, tasks: ['t1', 't2', 't3'] },
  ],
  kept: [
    { instanceId: 'i-4', because: 'no-room', about: ['service:web'] },
    { instanceId: 'i-5', because: 'protected-task', about: ['arn:task'] },
    { instanceId: 'i-6', because: 'no-room', about: ['service:web'] },
  ],
}

const zoneOf: Readonly<Record<string, string>> = { 'i-2': B, 'i-6': B }
const ids = ['i-6', 'i-5', 'i-4', 'i-3', 'i-2', 'i-1']

const asked = (
  capacity: Readonly<Record<string, number>>,
  more: Partial<VictimRequest> = {},
): VictimRequest => ({
  cause: 'SCALE_IN',
  capacityToTerminate: Object.entries(capacity).map(([zone, count]) => ({
    zone,
    capacity: count,
    marketOption: 'on-demand',
  })),
  instances: ids.map((id) => ({ instanceId: id, zone: zoneOf[id] ?? A, marketOption: 'on-demand' })),
  ...more,
})

/** Suggestions in zone A. */
const only = (...suggested: readonly string[]) =>
  suggested.map((id) => ({ instanceId: id, zone: A, marketOption: 'on-demand' }))

const well = (taskCount: number): FreshInstance => ({
  status: 'ACTIVE',
  agentConnected: true,
  taskCount,
  tasks: ['t1', 't2', 't3'].slice(0, taskCount),
  unmovable: 'none',
})

interface Circumstances {
  readonly list?: CandidateList | undefined
  readonly now?: number
  readonly fresh?: Readonly<Record<string, FreshInstance>>
  readonly replacementComesFirst?: 'yes' | 'no' | 'unknown'
}

const fresh = { 'i-1': well(1), 'i-2': well(2), 'i-3': well(3), 'i-4': well(1) }

const choose = (request: VictimRequest, circumstances: Circumstances = {}) =>
  chooseVictims({
    request,
    list,
    now: NOW + 60_000,
    ...circumstances,
    fresh: {
      instances: new Map(Object.entries({ ...fresh, ...circumstances.fresh })),
      replacementComesFirst: circumstances.replacementComesFirst ?? 'unknown',
    },
  })

const chosen = (...instanceIds: string[]) => ({ kind: 'chosen', instanceIds })
const vetoed = (because: string, about?: string[]) =>
  expect.objectContaining({ kind: 'veto', because, ...(about && { about }) })

describe('the choice of victims', () => {
  it('takes the cheapest of each zone, as many as asked', () => {
    expect(choose(asked({ [A]: 1 }))).toEqual(chosen('i-1'))
    expect(choose(asked({ [A]: 2 }))).toEqual(chosen('i-1', 'i-3'))
    expect(choose(asked({ [A]: 1, [B]: 1 }))).toEqual(chosen('i-1', 'i-2'))
  })

  it('takes fewer where fewer may go', () => {
    expect(choose(asked({ [A]: 5, [B]: 5 }))).toEqual(chosen('i-1', 'i-2', 'i-3'))
  })

  it('adds up what is asked of one zone, and keeps markets apart', () => {
    const capacityToTerminate = [
      { zone: A, capacity: 1, marketOption: 'on-demand' },
      { zone: A, capacity: 1, marketOption: 'on-demand' },
    ]
    expect(choose(asked({}, { capacityToTerminate }))).toEqual(chosen('i-1', 'i-3'))
    const spot = [{ zone: A, capacity: 1, marketOption: 'spot' }]
    expect(choose(asked({}, { capacityToTerminate: spot })).kind).toBe('veto')
  })

  it('takes only what Auto Scaling suggests', () => {
    expect(choose(asked({ [A]: 2 }, { instances: only('i-3') }))).toEqual(chosen('i-3'))
  })

  it.each([
    ['nothing is asked', asked({ [A]: 0 }), {}, 'nothing-asked'],
    ['nothing is suggested', asked({ [A]: 1 }, { instances: [] }), {}, 'nothing-asked'],
    ['there is no list', asked({ [A]: 1 }), { list: undefined }, 'no-list'],
    ['the list is older than 90 seconds', asked({ [A]: 1 }), { now: NOW + 90_001 }, 'list-too-old'],
  ])('is a veto when %s', (_, request, circumstances, because) => {
    expect(choose(request, circumstances)).toEqual(vetoed(because, []))
  })

  it('still believes a list of 90 seconds', () => {
    expect(choose(asked({ [A]: 1 }), { now: NOW + 90_000 })).toEqual(chosen('i-1'))
  })

  it.each([
    ['runs more than the list says', { taskCount: 2 }, 'changed-since'],
    ['runs as many, but another one', { tasks: ['t4'] }, 'changed-since'],
    ['runs a known one and another one', { tasks: ['t1', 't4'] }, 'changed-since'],
    ['is no longer ACTIVE', { status: 'DRAINING' }, 'not-active'],
    ['has a silent agent', { agentConnected: false }, 'agent-disconnected'],
    ['has a protected task', { unmovable: 'protected-task' as const }, 'protected-task'],
    ['has a standalone task', { unmovable: 'standalone-task' as const }, 'standalone-task'],
    ['could not be read whole', { unmovable: 'unread' as const }, 'unread'],
  ])('passes over an instance that by now %s, and says so where there is no other', (_, now, because) => {
    const circumstances = { fresh: { 'i-1': { ...well(1), ...now } } }
    expect(choose(asked({ [A]: 1 }), circumstances)).toEqual(chosen('i-3'))
    expect(choose(asked({ [A]: 1 }, { instances: only('i-1') }), circumstances)).toEqual(
      vetoed(because, ['i-1']),
    )
  })

  it('passes over what was not read afresh', () => {
    const only = new Map([['i-3', well(3)]])
    const question = { request: asked({ [A]: 1 }), list, now: NOW }
    expect(chooseVictims({ ...question, fresh: { instances: only, replacementComesFirst: 'no' } })).toEqual(
      chosen('i-3'),
    )
  })

  it('vetoes with the reason of the zones that were asked for, in whatever order they are suggested', () => {
    const stuck = { ...list, candidates: [] }
    const elsewhere = ['i-5', 'i-7'].map((id) => ({ instanceId: id, zone: B, marketOption: 'on-demand' }))
    expect(choose(asked({ [A]: 1 }, { instances: [...elsewhere, ...only('i-4')] }), { list: stuck })).toEqual(
      vetoed('no-room', ['i-4']),
    )
    const instances = only('i-5', 'i-4', 'i-6')
    expect(choose(asked({ [A]: 1 }, { instances }), { list: stuck })).toEqual(
      vetoed('no-room', ['i-4', 'i-6']),
    )
  })

  it('vetoes what the list does not know as changed since', () => {
    expect(choose(asked({ [A]: 1 }, { instances: only('i-9') }))).toEqual(vetoed('changed-since', ['i-9']))
  })

  it('vetoes with the reason that most suggested instances of those zones have', () => {
    const stuck = { ...list, candidates: [] }
    const instances = asked({}).instances.filter(({ instanceId: id }) => ['i-4', 'i-5', 'i-6'].includes(id))
    expect(choose(asked({ [A]: 1, [B]: 1 }, { instances }), { list: stuck })).toEqual(
      vetoed('no-room', ['i-6', 'i-4']),
    )
    const gone = { status: 'DRAINING' }
    const request = asked(
      { [B]: 1 },
      { instances: [{ instanceId: 'i-2', zone: B, marketOption: 'on-demand' }] },
    )
    expect(choose(request, { fresh: { 'i-2': { ...well(2), ...gone } } })).toEqual(
      vetoed('not-active', ['i-2']),
    )
  })
})

describe('what is read afresh', () => {
  const order = (request: VictimRequest, replacementComesFirst: 'yes' | 'no') =>
    inOrder({ request, list, replacementComesFirst })

  it('is first what would be named, and then what would take its place in those zones', () => {
    expect(order(asked({ [A]: 1, [B]: 1 }), 'no')).toEqual(['i-1', 'i-2', 'i-3'])
    expect(order(asked({ [A]: 2 }), 'no')).toEqual(['i-1', 'i-3'])
    expect(order(asked({ [A]: 1, [B]: 0 }), 'no')).toEqual(['i-1', 'i-3'])
  })

  it('is, where a replacement comes first, also what has no room elsewhere', () => {
    expect(order(asked({ [A]: 1 }, { cause: 'INSTANCE_REFRESH' }), 'yes')).toEqual(['i-1', 'i-3', 'i-4'])
  })
})

describe('a replacement', () => {
  const refresh = (capacity: number, more: Partial<VictimRequest> = {}) =>
    asked({ [A]: capacity }, { cause: 'INSTANCE_REFRESH', ...more })

  it('that comes first lets go also what has no room elsewhere, the removable ones first', () => {
    for (const cause of ['INSTANCE_REFRESH', 'MAX_INSTANCE_LIFETIME'] as const)
      expect(choose(refresh(9, { cause }), { replacementComesFirst: 'yes' })).toEqual(
        chosen('i-1', 'i-3', 'i-4'),
      )
  })

  it('that comes first does not let go what would not leave in order', () => {
    for (const because of ['protected-task', 'standalone-task', 'deployment-bounds'] as const)
      expect(
        choose(refresh(1, { instances: only('i-4') }), {
          replacementComesFirst: 'yes',
          list: { ...list, kept: [{ instanceId: 'i-4', because, about: [] }] },
        }),
      ).toEqual(vetoed(because, ['i-4']))
    const standing = { 'i-4': { ...well(1), unmovable: 'standalone-task' as const } }
    expect(choose(refresh(9), { replacementComesFirst: 'yes', fresh: standing })).toEqual(
      chosen('i-1', 'i-3'),
    )
  })

  it('that comes first lets nothing go that nobody has looked at, but what ECS does not know', () => {
    const kept = [
      { instanceId: 'i-7', because: 'unregistered' as const, about: [] },
      { instanceId: 'i-9', because: 'no-room' as const, about: [] },
    ]
    expect(
      choose(refresh(9, { instances: only('i-7', 'i-8', 'i-9') }), {
        replacementComesFirst: 'yes',
        list: { ...list, kept },
      }),
    ).toEqual(chosen('i-7'))
  })

  it('that comes later needs room elsewhere', () => {
    for (const replacementComesFirst of ['no', 'unknown'] as const)
      expect(choose(refresh(9), { replacementComesFirst })).toEqual(chosen('i-1', 'i-3'))
  })

  it('is none for a scale-in or a rebalancing', () => {
    for (const cause of ['SCALE_IN', 'REBALANCE'] as const)
      expect(choose(refresh(9, { cause }), { replacementComesFirst: 'yes' })).toEqual(chosen('i-1', 'i-3'))
  })
})

describe('the list of candidates', () => {
  it('of each group holds what may go together, and why the rest stays', () => {
    const services = [{ name: 'web', need: need(1, 1), on: [0, 0, 1] }]
    const groups = [group({ desired: 3 }), group({ name: 'other', desired: 1 })]
    const snapshot = clusterOf({
      groups,
      instances: [{}, {}, {}, { group: 'other' }],
      services,
      tasks: [standalone({ at: 3 })],
    })
    const lists = candidateLists(removableTogether(surveyCluster(snapshot, 0), 'tasks'), snapshot, 60_000)
    expect(lists.get(GROUP)).toEqual({
      version: 1,
      writtenAt: NOW,
      validUntil: NOW + 90_000,
      candidates: [
        { instanceId: instanceId(2), zone: 'eu-west-1c', cost: 0, taskCount: 0, tasks: [] },
        { instanceId: instanceId(1), zone: 'eu-west-1b', cost: 1, taskCount: 1, tasks: ['n:task/web-2'] },
        {
          instanceId: instanceId(0),
          zone: 'eu-west-1a',
          cost: 2,
          taskCount: 2,
          tasks: ['n:task/web-0', 'n:task/web-1'],
        },
      ],
      kept: [],
    })
    expect(lists.get('other')).toMatchObject({
      candidates: [],
      kept: [{ instanceId: instanceId(3), because: 'standalone-task' }],
    })
  })

  it('is believed for 90 seconds where it comes each minute, for longer where the cluster is large, but not for ever', () => {
    expect(listValidityMs(60_000)).toBe(90_000)
    expect(listValidityMs(120_000)).toBe(180_000)
    expect(listValidityMs(600_000)).toBe(300_000)
  })

  it('survives as JSON', () => {
    const snapshot = clusterOf({ instances: times(2, {}) })
    const of = candidateLists(removableTogether(surveyCluster(snapshot, 0), 'tasks'), snapshot, 60_000).get(
      GROUP,
    )
    expect(JSON.parse(JSON.stringify(of))).toEqual(of)
  })
})
