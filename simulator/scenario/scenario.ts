import * as z from 'zod'

import type { WorldSpec } from '../world/world-spec.ts'
import { assumptionsSchema } from './assumptions-schema.ts'
import { bareSchema } from './bare-schema.ts'
import { groupPolicies } from './group-schemas.ts'
import { memberOf, placementConstraint, placementRule } from './placement-schema.ts'
import { scriptStep } from './script-step.ts'
import { trafficSchema, trafficSpecOf } from './traffic-schema.ts'

const wholeNumber = (least: number) => z.int('must be a whole number').min(least, `must be ${least} or more`)
const seconds = z.number('must be a number of seconds').min(0, 'must be 0 or more seconds')
const name = z.string('must be a name').min(1, 'must not be empty')

const otherHook = z.strictObject({
  name,
  transition: z.enum(['terminating', 'launching'], 'must be terminating or launching').default('terminating'),
  heartbeatTimeoutSeconds: wholeNumber(30).max(7_200, 'must be 7200 or less').default(3_600),
  defaultResult: z.enum(['CONTINUE', 'ABANDON'], 'must be CONTINUE or ABANDON').default('CONTINUE'),
})

/** What a machine of one type has. */
const machine = {
  cpu: wholeNumber(1),
  memory: wholeNumber(1),
  gpus: z.exactOptional(wholeNumber(0)),
  networkInterfaces: z.exactOptional(wholeNumber(1)),
  trunkedTasks: z.exactOptional(wholeNumber(1)),
}

const group = z
  .strictObject({
    name,
    instanceType: name.default('m7g.xlarge'),
    ...machine,
    otherTypes: z.exactOptional(z.array(z.strictObject({ instanceType: name, ...machine }))),
    desired: wholeNumber(0),
    min: wholeNumber(0).default(0),
    max: wholeNumber(0),
    bootSeconds: seconds.default(40),
    bootSpreadSeconds: z.exactOptional(seconds),
    /** From `running` until the ECS agent registers. */
    registrationSeconds: z
      .union([seconds, z.literal('never')], 'must be a number of seconds or "never"')
      .default(20),
    otherHooks: z.array(otherHook).default([]),
    instanceAttributes: z.exactOptional(z.record(name, name)),
    agentVersion: z.exactOptional(z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.105.1')),
    managedDraining: z.exactOptional(z.boolean('must be true or false')),
    agentSpotDraining: z.exactOptional(z.boolean('must be true or false')),
    ...groupPolicies,
  })
  .refine(({ market, warmPool }) => market !== 'spot' || warmPool === undefined, {
    path: ['warmPool'],
    message: 'must be left out of a group with market "spot": a warm pool has no Spot instances',
  })
  .refine(
    ({ managedScaling, newInstancesProtectedFromScaleIn }) =>
      managedScaling?.managedTerminationProtection !== true || newInstancesProtectedFromScaleIn === true,
    {
      path: ['managedScaling'],
      message: 'may protect instances only in a group with newInstancesProtectedFromScaleIn',
    },
  )
  .refine(({ min, desired }) => min <= desired, { path: ['desired'], message: 'must not be below min' })
  .refine(({ desired, max }) => desired <= max, { path: ['desired'], message: 'must not be above max' })

/** From the beginning, or from some second on: tasks that start then have it. */
const fault = z.union(
  [z.boolean(), z.strictObject({ fromSeconds: seconds })],
  'must be true, false or { "fromSeconds": … }',
)

const task = {
  name,
  cpu: wholeNumber(1),
  memory: wholeNumber(1),
  startSeconds: seconds.default(15),
  stopSeconds: seconds.default(2),
  stopTimeoutSeconds: z.exactOptional(wholeNumber(1)),
  networkMode: z.exactOptional(z.enum(['bridge', 'awsvpc'], 'must be bridge or awsvpc')),
  gpus: z.exactOptional(wholeNumber(1)),
  hostPort: z.exactOptional(wholeNumber(1).max(65_535, 'must be 65535 or less')),
  taskPlacementConstraints: z.exactOptional(z.array(memberOf)),
  requiresAttributes: z.exactOptional(z.array(name)),
  failsToStart: z.exactOptional(fault),
}

const loadBalancer = z.strictObject({
  deregistrationDelaySeconds: wholeNumber(0).max(3_600, 'must be 3600 or less').default(300),
  healthCheckIntervalSeconds: wholeNumber(5).max(300, 'must be 300 or less').default(10),
  healthyThreshold: wholeNumber(2).max(10, 'must be 10 or less').default(2),
  unhealthyThreshold: wholeNumber(2).max(10, 'must be 10 or less').default(2),
})

/** Service auto scaling by target tracking on requests. From no task it could not begin: nothing would be measured. */
const autoScaling = z
  .strictObject({
    minCapacity: wholeNumber(1),
    maxCapacity: wholeNumber(1),
    requestsPerTarget: z.number('must be a number').gt(0, 'must be above 0'),
    scaleInCooldownSeconds: seconds.default(300),
  })
  .refine(({ minCapacity, maxCapacity }) => minCapacity <= maxCapacity, {
    path: ['maxCapacity'],
    message: 'must not be below minCapacity',
  })

const service = z
  .strictObject({
    ...task,
    desired: wholeNumber(0),
    minimumHealthyPercent: wholeNumber(0).max(100, 'must be 100 or less').default(100),
    maximumPercent: wholeNumber(100).default(200),
    loadBalancer: z.exactOptional(loadBalancer),
    traffic: z.exactOptional(trafficSchema),
    autoScaling: z.exactOptional(autoScaling),
    neverHealthy: z.exactOptional(fault),
    protectedTasks: z.exactOptional(wholeNumber(0)),
    placementConstraints: z.exactOptional(z.array(placementConstraint)),
    placementStrategy: z.exactOptional(z.array(placementRule).max(4, 'must have 4 rules or fewer')),
  })
  .refine(({ loadBalancer, neverHealthy }) => loadBalancer !== undefined || neverHealthy === undefined, {
    path: ['neverHealthy'],
    message: 'needs a loadBalancer in the same service: it is whose health checks fail',
  })
  .refine(({ loadBalancer, traffic }) => loadBalancer !== undefined || traffic === undefined, {
    path: ['traffic'],
    message: 'needs a loadBalancer in the same service: requests reach tasks through one',
  })
  .refine(({ traffic, autoScaling }) => traffic !== undefined || autoScaling === undefined, {
    path: ['autoScaling'],
    message: 'needs traffic in the same service: it follows the requests',
  })

const standaloneTask = z.strictObject({
  ...task,
  count: wholeNumber(1).default(1),
  runSeconds: z.exactOptional(seconds),
})

/** A scenario file: a cluster, settings of Ebbtide, and what happens when. See the README beside the scenarios. */
export const scenarioSchema = z.strictObject({
  description: z.string('must say in a sentence what is rehearsed'),
  cluster: name,
  zones: z.array(name).min(1, 'must name a zone').default(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']),
  groups: z.array(group).min(1, 'must hold a group'),
  services: z.array(service).default([]),
  daemons: z.array(z.strictObject(task)).default([]),
  standaloneTasks: z.array(standaloneTask).default([]),
  /** Stack parameters, as `sls deploy --param` takes them. */
  settings: z
    .record(
      z.string(),
      z
        .union([z.string(), z.number(), z.boolean()], 'must be a text, a number, true or false')
        .transform(String),
    )
    .default({}),
  script: z.array(scriptStep).default([]),
  /** Absent: AWS does what it is taken to do where its documentation leaves it open. */
  assumptions: z.exactOptional(assumptionsSchema),
  /** For `npm run serve -- --bare` alone; absent: a hook of each group notifies one queue. */
  bare: z.exactOptional(bareSchema),
  /** The rehearsal ends here, or when nothing is left to happen. */
  lastsSeconds: seconds,
})

type ScenarioFile = z.output<typeof scenarioSchema>

/** A scenario with the name it is known by. */
export interface Scenario extends ScenarioFile {
  readonly name: string
}

/** The account is AWS's documentation's; the region is the zones'. */
export const worldSpecOf = (scenario: Scenario): WorldSpec => ({
  region: scenario.zones[0]?.slice(0, -1) ?? 'eu-west-1',
  accountId: '111122223333',
  cluster: scenario.cluster,
  zones: scenario.zones,
  groups: scenario.groups.map(({ registrationSeconds, ...rest }) => ({
    ...rest,
    registrationSeconds: registrationSeconds === 'never' ? undefined : registrationSeconds,
  })),
  services: scenario.services.map(({ traffic, ...rest }) => ({
    ...rest,
    ...(traffic !== undefined && { traffic: trafficSpecOf(traffic) }),
  })),
  daemons: scenario.daemons,
  standaloneTasks: scenario.standaloneTasks,
  ...(scenario.assumptions && { assumptions: scenario.assumptions }),
})
