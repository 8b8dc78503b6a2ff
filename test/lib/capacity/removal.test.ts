import { describe, expect, it } from '@jest/globals'

import { removableTogether } from '../../../lib/capacity/removal.ts'
import type { ClusterSnapshot } from '../../../lib/capacity/snapshot.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { clusterOf, group, instanceId, need, room, standalone, times } from './cluster-of.ts'

const removable = (snapshot: ClusterSnapshot) => removableTogether(surveyCluster(snapshot, 0), 'tasks')
const idsOf = (snapshot: ClusterSnapshot) =>
  removable(snapshot).together.map(({ instance }) => instance.instanceId)
const reasonOf = (snapshot: ClusterSnapshot, index = 0) =>
  removable(snapshot).kept.find((kept) => kept.instanceId === instanceId(index))

const memberOf = (expression: string) => ({ type: 'memberOf', expression }) as const

const small = need(512, 1_024)

describe('an instance', () => {
  it('may go when it is empty', () => {
    expect(idsOf(clusterOf({ instances: [{}] }))).toEqual([instanceId(0)])
  })

  it('may go when its tasks fit elsewhere', () => {
    const services = [{ name: 'web', need: small, on: [0, 1] }]
    expect(idsOf(clusterOf({ instances: times(2, {}), services }))).toEqual([instanceId(0)])
  })

  it('stays when one of its tasks fits nowhere else', () => {
    const services = [{ name: 'web', need: need(3_000, 1_024), on: [0, 1] }]
    const snapshot = clusterOf({ instances: times(2, {}), services })
    expect(removable(snapshot).together).toEqual([])
    expect(reasonOf(snapshot)).toEqual({
      instanceId: instanceId(0),
      because: 'no-room',
      about: ['service:web'],
    })
  })

  it('stays when a packing of its tasks exists that ECS need not find', () => {
    // The small ones, one on each instance, would leave no room for the large one.
    const services = [
      { name: 'large', need: need(4_096, 1_024), on: [0] },
      { name: 'small', need: need(1_024, 1_024), on: [1, 1] },
    ]
    const instances = [{}, { registered: room(2_048, 8_192) }, ...times(2, {})]
    const snapshot = clusterOf({ instances, services, group: { min: 2 } })
    expect(idsOf(snapshot)).not.toEqual(expect.arrayContaining([instanceId(0), instanceId(1)]))
  })

  it('stays when there is room only on an instance that is leaving, silent or not ours', () => {
    const services = [{ name: 'web', need: small, on: [0] }]
    for (const other of [
      { container: { status: 'DRAINING' } },
      { container: { agentConnected: false } },
      { lifecycleState: 'Terminating:Wait' },
      { lifecycleState: 'Pending:Wait' },
      { container: null },
    ])
      expect(idsOf(clusterOf({ instances: [{}, other], services }))).not.toContain(instanceId(0))
  })

  it('stays when the one room elsewhere is wanted by a task that waits', () => {
    const web = { name: 'web', need: need(4_096, 1_024), on: [0] }
    const instances = times(2, {})
    expect(idsOf(clusterOf({ instances, services: [web] }))).toContain(instanceId(1))
    expect(idsOf(clusterOf({ instances, services: [{ ...web, desiredCount: 2 }] }))).toEqual([])
  })

  it.each([
    ['protected from scale-in', { isProtectedFromScaleIn: true }, 'scale-in-protected'],
    ['launching', { lifecycleState: 'Pending' }, 'not-in-service'],
    ['in standby', { lifecycleState: 'Standby' }, 'not-in-service'],
    ['unknown to the cluster', { container: null }, 'unregistered'],
    ['draining', { container: { status: 'DRAINING' } }, 'not-active'],
    ['silent', { container: { agentConnected: false } }, 'agent-disconnected'],
    ['in use by what was not listed', { used: room(128, 128) }, 'unexplained-use'],
  ])('stays when it is %s', (_, instance, because) => {
    expect(reasonOf(clusterOf({ instances: [instance, {}] }))?.because).toBe(because)
  })

  it('stays when it is in use by more than the tasks that were listed on it', () => {
    const daemon = { name: 'logs', need: need(10, 10), isDaemon: true, on: [0, 1, 2] }
    const busy = clusterOf({ instances: [{ used: room(2_000, 2_000) }, {}, {}], services: [daemon] })
    expect(reasonOf(busy)?.because).toBe('unexplained-use')
    expect(idsOf(busy)).toEqual([instanceId(1), instanceId(2)])
  })

  it('stays when it is in none of the groups', () => {
    const { group: _, ...stranger } = clusterOf({ instances: [{}] }).instances[0]!
    expect(reasonOf({ ...clusterOf({}), instances: [stranger] })?.because).toBe('no-group')
  })

  it.each([
    ['is suspended from terminating', { suspendedProcesses: ['Terminate'] }, 'terminate-suspended'],
    ['counts weights', { isWeighted: true }, 'weighted-group'],
    ['is at its minimum', { min: 1 }, 'group-minimum'],
  ])('stays when its group %s', (_, part, because) => {
    expect(reasonOf(clusterOf({ instances: [{}], group: part }))?.because).toBe(because)
  })

  it.each([
    ['protected', { task: { isProtected: true } }, 'protected-task'],
    ['of a service whose bounds allow no move', { maximumPercent: 100 }, 'deployment-bounds'],
    ['of a service in the middle of a deployment', { isDeploying: true }, 'deploying'],
    ['not modelled', { need: need(1, 1, { unmodelled: ['inference-accelerator'] }) }, 'unmodelled'],
    [
      'placed by a rule that is not modelled',
      { placementConstraints: [memberOf('task:group == a')] },
      'unmodelled',
    ],
  ])('stays when a task on it is %s', (_, service, because) => {
    const snapshot = clusterOf({
      instances: times(3, {}),
      services: [{ name: 'web', need: small, on: [0], ...service }],
    })
    expect(reasonOf(snapshot)?.because).toBe(because)
  })

  it('stays when a task on it stands alone, or its service is no longer listed', () => {
    expect(reasonOf(clusterOf({ instances: times(2, {}), tasks: [standalone({ at: 0 })] }))?.because).toBe(
      'standalone-task',
    )
    const orphan = standalone({ at: 0, group: 'service:gone' })
    expect(reasonOf(clusterOf({ instances: times(2, {}), tasks: [orphan] }))).toMatchObject({
      because: 'unmodelled',
      about: ['service:gone'],
    })
  })

  it('may go with daemons on it, and with tasks that are leaving by themselves', () => {
    const services = [
      { name: 'logs', need: small, isDaemon: true, on: [0] },
      { name: 'web', need: small, on: [0], desiredCount: 0, task: { desiredStatus: 'STOPPED' } },
    ]
    expect(idsOf(clusterOf({ instances: [{}], services }))).toEqual([instanceId(0)])
  })

  it('stays while something waits whose place nobody can name', () => {
    const services = [{ name: 'odd', need: need(1, 1, { unmodelled: ['volume-plugin'] }), desiredCount: 1 }]
    expect(reasonOf(clusterOf({ instances: times(2, {}), services }))).toMatchObject({
      because: 'unmodelled-demand',
      about: ['service:odd', 'volume-plugin'],
    })
  })

  it('may go while a task waits that fits no machine at all', () => {
    const services = [{ name: 'huge', need: need(99_999, 1), desiredCount: 1 }]
    expect(idsOf(clusterOf({ instances: times(2, {}), services }))).toHaveLength(2)
  })
})

describe('several instances', () => {
  it('go together only as far as there is room for the tasks of all of them', () => {
    // Each task needs half an instance: of four with one task each, two may go, not three.
    const services = [{ name: 'web', need: need(2_048, 1_024), on: [0, 1, 2, 3] }]
    expect(idsOf(clusterOf({ instances: times(4, {}), services }))).toHaveLength(2)
  })

  it('go the cheapest first', () => {
    const services = [{ name: 'web', need: small, on: [0, 0, 1, 3, 3, 3] }]
    const ids = idsOf(clusterOf({ instances: times(4, {}), services }))
    expect(ids.slice(0, 2)).toEqual([instanceId(2), instanceId(1)])
  })

  it('of several groups are proven together', () => {
    const services = [{ name: 'web', need: need(4_096, 1_024), on: [0, 1] }]
    const groups = [group({ desired: 2 }), group({ name: 'other', desired: 2 })]
    const instances = [{}, { group: 'other' }, {}, { group: 'other' }]
    expect(idsOf(clusterOf({ groups, instances, services })).sort()).toEqual([instanceId(2), instanceId(3)])
  })

  it('stay where fixed host ports or distinctInstance leave no other instance', () => {
    const port = [{ name: 'edge', need: need(1, 1, { hostPorts: ['tcp:80'] }), on: [0, 1] }]
    const apart = [
      {
        name: 'edge',
        need: need(1, 1),
        on: [0, 1],
        placementConstraints: [{ type: 'distinctInstance' } as const],
      },
    ]
    for (const services of [port, apart]) {
      expect(idsOf(clusterOf({ instances: times(2, {}), services }))).toEqual([])
      expect(idsOf(clusterOf({ instances: times(3, {}), services }))).toEqual([instanceId(2)])
    }
  })

  it('stay where their tasks want the same port of the one instance left', () => {
    const services = [
      { name: 'one', need: need(1, 0, { hostPorts: ['tcp:80'] }), on: [0] },
      { name: 'other', need: need(0, 1, { hostPorts: ['tcp:80'] }), on: [1] },
    ]
    const instances = [{}, {}, { isProtectedFromScaleIn: true }]
    expect(idsOf(clusterOf({ instances, services }))).toHaveLength(1)
  })
})
