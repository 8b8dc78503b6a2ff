import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'

import { afterAll, describe, expect, it, jest } from '@jest/globals'

import { findingCatalogue, type FindingCode } from '../../../lib/decide/findings/catalogue.ts'
import { ServiceError } from '../../../simulator/aws/operation.ts'
import { examine, type Patient } from '../../../simulator/doctor/examination.ts'
import { refusalOf } from '../../../simulator/doctor/refusal.ts'
import { askWorld, deployScenario } from '../../../simulator/doctor/simulated-account.ts'
import { loadScenario, parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { call } from '../../../simulator/world/call.ts'
import { createWorld, type World } from '../../../simulator/world/world.ts'

/** The first deployment has to package the stack. */
jest.setTimeout(60_000)

const GROUP = 'ecs-web-a'
const patient: Patient = { cluster: 'web', groups: [GROUP], drainTimeoutSeconds: 3_600 }

/** How a mistake comes into a cluster that is in order otherwise. */
interface Planting {
  readonly group?: object
  readonly service?: object
  readonly world?: (world: World) => void
  readonly patient?: Partial<Patient>
  readonly ebbtide?: 'absent'
}

const putHook = (change: object) => (world: World) => {
  const ours = { AutoScalingGroupName: GROUP, LifecycleHookName: 'ebbtide-web' }
  call(world.autoScaling.model, 'PutLifecycleHook', { ...ours, ...change })
}

const launchHook = {
  LifecycleHookName: 'ebbtide-web-launch',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  DefaultResult: 'ABANDON',
}

const firstInstance = ({ autoScaling }: World): string => {
  const { AutoScalingGroups } = call<{ AutoScalingGroups: [{ Instances: [{ InstanceId: string }] }] }>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    {},
  )
  return AutoScalingGroups[0].Instances[0].InstanceId
}

const firstContainerInstance = (world: World): string =>
  world.ecs.containerInstanceOn(firstInstance(world))?.containerInstanceArn ?? ''

const plantings: Readonly<Record<FindingCode, Planting>> = {
  'cluster-missing': { patient: { cluster: 'wbe' } },
  'group-missing': { patient: { groups: [GROUP, 'ecs-wbe-a'] } },
  'group-outside-cluster': { group: { registrationSeconds: 'never' } },
  'hook-missing': {
    world: ({ autoScaling }) =>
      call(autoScaling.model, 'DeleteLifecycleHook', {
        AutoScalingGroupName: GROUP,
        LifecycleHookName: 'ebbtide-web',
      }),
  },
  'heartbeat-too-short': { world: putHook({ HeartbeatTimeout: 60 }) },
  'service-deadlock': { service: { maximumPercent: 100 } },
  'stop-longer-than-drain': { patient: { drainTimeoutSeconds: 300 } },
  'cap-below-drain-timeout': { patient: { drainTimeoutSeconds: 172_800 } },
  'default-result-abandon': { world: putHook({ DefaultResult: 'ABANDON' }) },
  'launch-default-result-abandon': { world: putHook(launchHook) },
  'managed-draining': { group: { managedDraining: true } },
  'service-outage': { service: { minimumHealthyPercent: 0, maximumPercent: 100 } },
  'stop-longer-than-spot-notice': { group: { market: 'spot' } },
  'new-instances-protected': { group: { newInstancesProtectedFromScaleIn: true } },
  'instances-protected': {
    world: (world) =>
      call(world.autoScaling.model, 'SetInstanceProtection', {
        AutoScalingGroupName: GROUP,
        InstanceIds: [firstInstance(world)],
        ProtectedFromScaleIn: true,
      }),
  },
  'simple-scaling-policy': { group: { scalingPolicies: [{ name: 'cpu', policyType: 'SimpleScaling' }] } },
  'launch-suspended': { group: { suspendedProcesses: ['Launch'] } },
  'terminate-suspended': { group: { suspendedProcesses: ['Terminate'] } },
  'instance-unregistered': {
    world: (world) =>
      call(world.ecs.model, 'DeregisterContainerInstance', {
        cluster: 'web',
        containerInstance: firstContainerInstance(world),
        force: true,
      }),
  },
  'agent-disconnected': { world: (world) => world.ecs.disconnectAgent(firstInstance(world)) },
  'agent-outdated': { group: { agentVersion: '1.60.0' } },
  'draining-unattended': {
    world: (world) =>
      call(world.ecs.model, 'UpdateContainerInstancesState', {
        cluster: 'web',
        containerInstances: [firstContainerInstance(world)],
        status: 'DRAINING',
      }),
  },
  'tag-ignored': { group: { tags: { 'ebbtide:drain-timeout': 'soon' } } },
  'not-deployed': { ebbtide: 'absent' },
  'group-empty': { group: { desired: 0, min: 0 } },
  'other-termination-hook': { group: { otherHooks: [{ name: 'save-logs' }] } },
  'spot-agent-unknown': { group: { market: 'spot' } },
}

const plant = async ({ group, service, world: change, ebbtide }: Planting): Promise<World> => {
  const file = JSON.parse(await readFile('simulator/scenarios/scale-in.json', 'utf8')) as {
    groups: [object]
    services: [object, object]
  }
  const scenario = parseScenario('planted', {
    ...file,
    groups: [{ ...file.groups[0], ...group }],
    services: [{ ...file.services[0], ...service }, file.services[1]],
    // They want an instance from the beginning, which some mistakes leave them without.
    standaloneTasks: [],
  })
  const world = ebbtide === 'absent' ? createWorld(worldSpecOf(scenario), 1) : await deployScenario(scenario)
  change?.(world)
  return world
}

const examineWorld = (world: World, change: Partial<Patient> = {}) =>
  askWorld(world, (account) => examine(account, { ...patient, ...change }))

describe('the doctor', () => {
  it('finds nothing in the scenario scale-in', async () => {
    const world = await deployScenario(loadScenario('scale-in'))
    expect(await examineWorld(world)).toEqual([])
  })

  it.each(Object.entries(plantings))(
    'finds %s where it was planted, and no other error',
    async (code, planting) => {
      const findings = await examineWorld(await plant(planting), planting.patient)
      const { severity } = findingCatalogue[code as FindingCode]
      expect(findings.map((finding) => finding.code)).toContain(code)
      expect(findings.filter((finding) => finding.severity === 'error').length).toBe(
        severity === 'error' ? 1 : 0,
      )
      for (const { subject, found, why, fix } of findings)
        for (const words of [subject, found, why, fix]) expect(words).toMatch(/^\S[^\n]+$/)
    },
  )

  it('reads a large cluster to the last page', async () => {
    const task = { cpu: 64, memory: 64, desired: 2 }
    const services = Array.from({ length: 120 }, (_, index) => ({ ...task, name: `shop-${index + 1}` }))
    const scenario = parseScenario('large', {
      description: 'More than a page of everything.',
      cluster: 'web',
      groups: [{ name: GROUP, cpu: 4_096, memory: 15_360, desired: 120, max: 120 }],
      services: [...services, { ...task, name: 'last', maximumPercent: 100 }],
      lastsSeconds: 0,
    })
    const findings = await examineWorld(await deployScenario(scenario))
    expect(findings).toMatchObject([{ code: 'service-deadlock', subject: 'service last' }])
  })

  it('asks no more of AWS than Describe, List and Get', async () => {
    const world = await plant({ group: { managedDraining: true } })
    await examineWorld(world)
    const calls = world.calls.filter(({ caller }) => caller === 'doctor')
    expect(calls.length).toBeGreaterThan(10)
    for (const { operation } of calls) expect(operation).toMatch(/^(Describe|List|Get)/)
  })

  it.each([
    ['DescribePolicies', 'autoscaling:DescribePolicies'],
    ['DescribeServices', 'ecs:DescribeServices'],
    ['DescribeTaskDefinition', 'ecs:DescribeTaskDefinition'],
    ['DescribeTargetGroupAttributes', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
    ['DescribeInstances', 'ec2:DescribeInstances'],
    ['GetQueueUrl', 'sqs:GetQueueUrl'],
  ])('names the IAM action when %s is denied', async (operation, action) => {
    const world = await plant({})
    const error = new ServiceError('AccessDeniedException', 'no')
    world.setFaults((made) => (made.operation === operation ? { kind: 'refused', error } : undefined))
    const refused: unknown = await examineWorld(world).catch((thrown: unknown) => thrown)
    expect(refusalOf(refused as Error)).toMatch(
      new RegExp(`^AWS denied [^\\n]+: allow the IAM action ${action}\\.$`),
    )
  })
})

const folder = mkdtempSync(join(tmpdir(), 'ebbtide-doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** No region, no credentials, wherever the tests run. */
const { AWS_REGION: _region, AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...rest } = env
const bare = { ...rest, HOME: folder, AWS_PROFILE: '', AWS_EC2_METADATA_DISABLED: 'true', INIT_CWD: folder }

const run = (...given: readonly string[]) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const args = ['--import', './simulator/cli/preflight.js', 'simulator/cli/doctor.ts', ...given]
    const child = execFile(execPath, args, { env: bare }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })

describe('npm run doctor', () => {
  it('ends with 0 where nothing is wrong', async () => {
    const { code, stdout } = await run('--simulate', 'scale-in')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'cluster web, group ecs-web-a: nothing is wrong\n' })
  })

  it('ends with 1 on an error, and says what, why and what to do', async () => {
    const scenario = JSON.parse(await readFile('simulator/scenarios/scale-in.json', 'utf8')) as {
      services: [object]
    }
    scenario.services[0] = { ...scenario.services[0], maximumPercent: 100 }
    writeFileSync(join(folder, 'deadlock.json'), JSON.stringify(scenario))
    const { code, stdout } = await run('--simulate', 'deadlock.json')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^cluster web, group ecs-web-a: 1 error\n\nerror {2}service-deadlock {2}service shop\n/,
    )
    for (const line of ['  found  ', '  why    ', '  fix    ']) expect(stdout).toContain(`\n${line}`)
  })

  it('prints one JSON object and nothing else with --json', async () => {
    const { code, stdout } = await run('--simulate', 'scale-in', '--json', '--drain-timeout', '300')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      cluster: 'web',
      groups: ['ecs-web-a'],
      drainTimeoutSeconds: 300,
      findings: [{ code: 'stop-longer-than-drain', severity: 'error', subject: 'service shop' }],
    })
  })

  it.each([
    [[], 'error: give --cluster <name> and --groups <names>, or --simulate <scenario>'],
    [['--cluster', 'web'], 'error: give --cluster <name> and --groups <names>, or --simulate <scenario>'],
    [['--simulate', 'scale-in', '--cluster', 'web'], 'error: --simulate brings its own cluster'],
    [['--simulate', 'nowhere'], 'There is no scenario nowhere.'],
    [['--cluster', 'w b', '--groups', 'g'], "error: option '--cluster <name>' argument 'w b' is invalid."],
    [['--drain-timeout', '5'], "error: option '--drain-timeout <seconds>' argument '5' is invalid."],
    [['--bogus'], "error: unknown option '--bogus'"],
    [['--cluster', 'web', '--groups', 'g'], 'No AWS region is set: give --region, or set AWS_REGION.'],
    [['--cluster', 'web', '--groups', 'g', '--region', 'eu-west-1'], 'No AWS credentials were found: '],
  ])('refuses %j in one line', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.startsWith(sentence)).toBe(true)
    expect(stderr.indexOf('\n')).toBe(stderr.length - 1)
  })
})
