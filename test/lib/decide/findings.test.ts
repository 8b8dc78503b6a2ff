import { readFileSync } from 'node:fs'

import { describe, expect, it } from '@jest/globals'

import { findingCatalogue } from '../../../lib/decide/findings/catalogue.ts'
import { findMistakes } from '../../../lib/decide/findings/find-mistakes.ts'
import type {
  InspectedGroup,
  InspectedInstance,
  InspectedService,
  Inspection,
} from '../../../lib/decide/findings/inspection.ts'
import { formatMemory } from '../../../lib/decide/memory.ts'

const hook = {
  name: 'ebbtide-web',
  transition: 'terminating',
  heartbeatTimeoutSeconds: 1_800,
  globalTimeoutSeconds: 172_800,
  defaultResult: 'CONTINUE',
} as const

const containerInstance = {
  arn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/1',
  status: 'ACTIVE',
  agentConnected: true,
  agentVersion: '1.105.1',
}

const instance: InspectedInstance = {
  instanceId: 'i-1',
  lifecycleState: 'InService',
  isProtectedFromScaleIn: false,
  isSpot: false,
  containerInstance,
}

const group: InspectedGroup = {
  name: 'ecs-web-a',
  drainTimeoutSeconds: 3_600,
  tagProblems: [],
  hooks: [hook],
  suspendedProcesses: [],
  simpleScalingPolicies: [],
  protectsNewInstances: false,
  retainsAbandoned: false,
  instances: [instance],
}

const service: InspectedService = {
  name: 'shop',
  isDaemon: false,
  desiredCount: 3,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  stopTimeoutSeconds: 30,
  deregistrationDelaySeconds: 300,
}

const healthy: Inspection = {
  cluster: 'web',
  clusterExists: true,
  isDeployed: true,
  expected: {
    hookName: 'ebbtide-web',
    launchHookName: 'ebbtide-web-launch',
    leastHeartbeatTimeoutSeconds: 180,
  },
  missingGroups: [],
  groups: [group],
  services: [service],
}

const withGroup = (change: Partial<InspectedGroup>): Inspection => ({
  ...healthy,
  groups: [{ ...group, ...change }],
})
const withService = (change: Partial<InspectedService>): Inspection => ({
  ...healthy,
  services: [{ ...service, ...change }],
})
const withInstance = (change: Partial<InspectedInstance>) =>
  withGroup({ instances: [{ ...instance, ...change }] })
const draining = { ...containerInstance, status: 'DRAINING' }
const memory = (drainedBy: 'us' | 'others') =>
  formatMemory({
    actionStartedAt: 1_795_165_200_000,
    cause: 'scale-in',
    lastBeatAt: 1_795_165_200_000,
    drainingSince: 1_795_165_200_000,
    drainedBy,
    isEnded: false,
  })

const codesOf = (inspection: Inspection) => findMistakes(inspection).map(({ code }) => code)
const foundBy = (inspection: Inspection) => findMistakes(inspection).map(({ found }) => found)

describe('the findings', () => {
  it('are none where nothing is wrong', () => {
    expect(findMistakes(healthy)).toEqual([])
  })

  it('begin with the most severe', () => {
    const found = findMistakes({
      ...withGroup({ suspendedProcesses: ['Launch', 'Terminate'], hooks: [hook, { ...hook, name: 'logs' }] }),
      services: [{ ...service, maximumPercent: 100 }],
    })
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning', 'note'])
  })

  it('show how the bounds of a service leave no room, with their rounding', () => {
    const inspection = withService({ desiredCount: 3, minimumHealthyPercent: 70, maximumPercent: 130 })
    expect(codesOf(inspection)).toEqual(['service-deadlock'])
    expect(foundBy(inspection)).toEqual([
      'Of 3 desired tasks, at least 3 × 70 % = 3 (rounded up) must stay and at most 3 × 130 % = 3 (rounded down) may be. None may be stopped first, and none may be started first.',
    ])
  })

  it.each<[string, Partial<InspectedService>, readonly string[]]>([
    ['one task of three may stop first', { minimumHealthyPercent: 66, maximumPercent: 100 }, []],
    [
      'all tasks may stop first, and none may start',
      { minimumHealthyPercent: 0, maximumPercent: 100 },
      ['service-outage'],
    ],
    ['all tasks may stop first, and all may start', { minimumHealthyPercent: 0 }, []],
    ['no task is wanted', { desiredCount: 0, maximumPercent: 100 }, []],
    ['a daemon leaves with its instance', { isDaemon: true, maximumPercent: 100 }, []],
    ['stopping just fits into the drain', { deregistrationDelaySeconds: 3_540 }, []],
    ['stopping takes a second too long', { deregistrationDelaySeconds: 3_541 }, ['stop-longer-than-drain']],
  ])('judge a service of which %s', (_case, change, codes) => {
    expect(codesOf(withService(change))).toEqual(codes)
  })

  it('measure the stopping of tasks by the cap of the hook where that comes first', () => {
    const hooks = [{ ...hook, heartbeatTimeoutSeconds: 180, globalTimeoutSeconds: 400 }]
    expect(codesOf(withGroup({ hooks, drainTimeoutSeconds: 340 }))).toEqual(['stop-longer-than-drain'])
  })

  it.each<[string, number, readonly string[]]>([
    ['is silent when the drain ends a minute before the cap', 17_940, []],
    ['tells when the cap comes first', 17_941, ['cap-below-drain-timeout']],
  ])('%s', (_case, drainTimeoutSeconds, codes) => {
    const hooks = [{ ...hook, heartbeatTimeoutSeconds: 180, globalTimeoutSeconds: 18_000 }]
    expect(codesOf(withGroup({ hooks, drainTimeoutSeconds }))).toEqual(codes)
  })

  it('miss no hook before Ebbtide is deployed', () => {
    expect(codesOf({ ...withGroup({ hooks: [] }), isDeployed: false })).toEqual(['not-deployed'])
    expect(codesOf(withGroup({ hooks: [] }))).toEqual(['hook-missing'])
  })

  it('miss the hook where one of its name stands on launches', () => {
    expect(codesOf(withGroup({ hooks: [{ ...hook, transition: 'launching' }] }))).toEqual(['hook-missing'])
  })

  it('allow ABANDON where the group retains what is abandoned', () => {
    const hooks = [{ ...hook, defaultResult: 'ABANDON' }]
    expect(codesOf(withGroup({ hooks, retainsAbandoned: true }))).toEqual([])
    expect(codesOf(withGroup({ hooks }))).toEqual(['default-result-abandon'])
  })

  it('allow the protection that a capacity provider manages', () => {
    const capacityProvider = { name: 'p', managesDraining: false, managesTerminationProtection: true }
    const protectedOnes = {
      protectsNewInstances: true,
      instances: [{ ...instance, isProtectedFromScaleIn: true }],
    }
    expect(codesOf(withGroup({ ...protectedOnes, capacityProvider }))).toEqual([])
    expect(codesOf(withGroup(protectedOnes))).toEqual(['new-instances-protected'])
  })

  it('know managed draining by its hook alone, and by its capacity provider alone', () => {
    const managed = { ...hook, name: 'ecs-managed-draining-termination-hook' }
    const capacityProvider = { name: 'p', managesDraining: true, managesTerminationProtection: false }
    expect(codesOf(withGroup({ hooks: [hook, managed] }))).toEqual(['managed-draining'])
    expect(codesOf(withGroup({ capacityProvider }))).toEqual(['managed-draining'])
  })

  it.each<[string, Partial<InspectedGroup['hooks'][number]>, readonly string[]]>([
    ['ABANDON on our launch hook', {}, ['launch-default-result-abandon']],
    ['CONTINUE on our launch hook', { defaultResult: 'CONTINUE' }, []],
    ['ABANDON on the launch hook of somebody else', { name: 'warm-up' }, []],
    ['ABANDON on a termination hook of that name', { transition: 'terminating' }, ['other-termination-hook']],
  ])('judge the default result %s', (_case, change, codes) => {
    const launchHook = {
      ...hook,
      name: 'ebbtide-web-launch',
      transition: 'launching',
      defaultResult: 'ABANDON',
    }
    expect(codesOf(withGroup({ hooks: [hook, { ...launchHook, ...change } as typeof hook] }))).toEqual(codes)
  })

  it('judge our hook, whatever other hooks come before it', () => {
    const other = { ...hook, name: 'logs', heartbeatTimeoutSeconds: 60, globalTimeoutSeconds: 100 }
    expect(codesOf(withGroup({ hooks: [other, hook] }))).toEqual(['other-termination-hook'])
  })

  it('say nothing of an agent that has not told its version', () => {
    const { agentVersion: _, ...silent } = containerInstance
    expect(codesOf(withInstance({ containerInstance: silent }))).toEqual([])
  })

  it('count only instances in service', () => {
    const { containerInstance: _, ...stranger } = instance
    const leaving = { ...stranger, lifecycleState: 'Terminating:Wait' }
    expect(foundBy(withGroup({ instances: [stranger, leaving] }))).toEqual([
      'None of its 1 instances in service is registered in cluster web.',
    ])
    expect(codesOf(withGroup({ instances: [instance, leaving] }))).toEqual([])
  })

  it('name every instance that is protected, and every group with Spot instances', () => {
    const protectedOne = { ...instance, isProtectedFromScaleIn: true, isSpot: true }
    const instances = [protectedOne, { ...protectedOne, instanceId: 'i-2' }]
    const groups = [
      { ...group, instances },
      { ...group, name: 'ecs-web-b', instances: [{ ...instance, isSpot: true }] },
    ]
    const found = findMistakes({ ...healthy, groups })
    expect(found.find(({ code }) => code === 'instances-protected')?.fix).toMatch(/--instance-ids i-1 i-2$/)
    expect(found.find(({ code }) => code === 'stop-longer-than-spot-notice')?.found).toContain(
      'and ecs-web-a, ecs-web-b has Spot instances',
    )
  })

  it.each<[string, Inspection, readonly string[]]>([
    [
      'in service, and nobody drains it',
      withInstance({ containerInstance: draining }),
      ['draining-unattended'],
    ],
    [
      'in service, and somebody else drained it',
      withInstance({ containerInstance: { ...draining, memory: memory('others') } }),
      ['draining-unattended'],
    ],
    [
      'in service, and Ebbtide drains it',
      withInstance({ containerInstance: { ...draining, memory: memory('us') } }),
      [],
    ],
    [
      'in service, and the Ebbtide that drained it was removed',
      { ...withInstance({ containerInstance: { ...draining, memory: memory('us') } }), isDeployed: false },
      ['draining-unattended', 'not-deployed'],
    ],
  ])('judge an instance that is DRAINING %s', (_case, inspection, codes) => {
    expect(codesOf(inspection)).toEqual(codes)
  })

  it('leave an instance alone that is DRAINING in a hook', () => {
    const leaving = { ...instance, lifecycleState: 'Terminating:Wait', containerInstance: draining }
    expect(codesOf(withGroup({ instances: [instance, leaving] }))).toEqual([])
  })

  it.each<[string, readonly string[]]>([
    ['1.64.9', ['agent-outdated']],
    ['0.99.0', ['agent-outdated']],
    ['1.65.0', []],
    ['1.65', []],
    ['1.105.1', []],
    ['2.0.0', []],
  ])('judge the agent %s', (agentVersion, codes) => {
    expect(codesOf(withInstance({ containerInstance: { ...containerInstance, agentVersion } }))).toEqual(
      codes,
    )
  })

  it('tell of a group outside of the cluster once, not of each of its instances', () => {
    const { containerInstance: _, ...stranger } = instance
    expect(codesOf(withGroup({ instances: [stranger, stranger] }))).toEqual(['group-outside-cluster'])
    expect(codesOf(withGroup({ instances: [stranger, instance] }))).toEqual(['instance-unregistered'])
  })

  it('blame a missing cluster alone for instances that are not in it', () => {
    const { containerInstance: _, ...stranger } = instance
    expect(codesOf({ ...withGroup({ instances: [stranger] }), clusterExists: false })).toEqual([
      'cluster-missing',
    ])
  })

  it.each<[string, boolean, number, readonly string[]]>([
    ['that stop within the notice on Spot instances', true, 90, ['spot-agent-unknown']],
    ['that stop later on Spot instances', true, 91, ['stop-longer-than-spot-notice', 'spot-agent-unknown']],
    ['that stop later on instances on demand', false, 91, []],
  ])('judge tasks %s', (_case, isSpot, deregistrationDelaySeconds, codes) => {
    const { groups } = withInstance({ isSpot })
    expect(codesOf({ ...withService({ deregistrationDelaySeconds }), groups })).toEqual(codes)
  })
})

describe('docs/doctor.md', () => {
  const rows = readFileSync('docs/doctor.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `') && !line.startsWith('| `--'))
    .map((line) => line.split('|').map((cell) => cell.trim()))

  it.each(Object.entries(findingCatalogue))('explains %s', (code, { severity, why }) => {
    const row = rows.find(([, first]) => first === `\`${code}\``)
    expect(row?.slice(2, 4)).toEqual([severity, why])
    expect(row?.[4]).not.toBe('')
  })

  it('explains no finding that there is not', () => {
    expect(rows.map(([, code]) => code)).toEqual(Object.keys(findingCatalogue).map((code) => `\`${code}\``))
  })
})
