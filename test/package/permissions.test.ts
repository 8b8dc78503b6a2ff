import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { packageStack, packageTemplate } from '../../deploy/package.ts'
import type { Template } from '../../deploy/template.ts'
import { actionsIn, functionNames, readBundle, type FunctionName } from './bundles.ts'
import { idsOfType, propertiesOf, statementsOf, web } from './templates.ts'

const roles: Readonly<Record<FunctionName, string>> = {
  attach: 'AttachRole',
  capacity: 'CapacityRole',
  'choose-victims': 'ChooseVictimsRole',
  drain: 'DrainRole',
  resync: 'ResyncRole',
}

const logGroups: Readonly<Record<FunctionName, string>> = {
  attach: 'AttachLogGroup',
  capacity: 'CapacityLogGroup',
  'choose-victims': 'ChooseDashvictimsLogGroup',
  drain: 'DrainLogGroup',
  resync: 'ResyncLogGroup',
}

const log = ['logs:CreateLogStream', 'logs:PutLogEvents']
const queues = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage']

/**
 * What needs no SDK command: Lambda writes the log and reads the queues in a function's name, S3 asks for ListBucket before it
 * says that an object does not exist, and the calls about zonal shifts are signed by hand.
 */
const withoutSdk: Readonly<Record<FunctionName, readonly string[]>> = {
  attach: log,
  capacity: [
    ...log,
    ...queues,
    's3:ListBucket',
    'arc-zonal-shift:ListAutoshifts',
    'arc-zonal-shift:ListZonalShifts',
  ],
  'choose-victims': [...log, 's3:ListBucket'],
  drain: [...log, ...queues],
  resync: log,
}

/** What the Service Authorization Reference lets nobody limit to a resource. */
const unlimited =
  /^((autoscaling|ec2|elasticloadbalancing):Describe\w+|ecs:(DescribeTaskDefinition|ListServices)|arc-zonal-shift:List\w+)$/

/** A stack that does everything: it tells somebody of stuck drains, scales and chooses. */
const topic = 'arn:aws:sns:eu-west-1:111122223333:ops'
const everything = { ...web, notificationTopicArn: topic, scale: 'act', chooseVictims: 'on' }

const MEBIBYTE = 1024 * 1024

describe('the archives and roles that are packaged', () => {
  let folder: string
  let template: Template
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ebbtide-'))
    template = await packageStack({ parameters: everything, outputFolder: folder })
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('have the template that is packaged without archives', async () => {
    expect(await packageTemplate(everything)).toEqual(template)
  }, 60_000)

  it('are one archive for each function', async () => {
    const archives = (await readdir(folder)).filter((name) => name.endsWith('.zip'))
    expect(archives.toSorted()).toEqual(functionNames.map((name) => `${name}.zip`))
  })

  it.each(functionNames)(
    'allow %s exactly the calls that are in its bundle, its log and its queues',
    async (name) => {
      const apart = name === 'capacity' ? ['s3:PutObject'] : []
      const allowed = [...statementsOf(template, roles[name]).flatMap(({ Action }) => Action), ...apart]
      const used = [...actionsIn(await readBundle(name)), ...withoutSdk[name]]
      expect(allowed.toSorted()).toEqual(used.toSorted())
    },
  )

  it.each(functionNames)('allow %s nothing on every resource that AWS can limit', (name) => {
    for (const { Effect, Action, Resource, Condition } of statementsOf(template, roles[name])) {
      expect(Effect).toBe('Allow')
      // A listing of a whole cluster's tasks names no resource but the cluster.
      if (Resource !== '*' || JSON.stringify(Condition ?? {}).includes('ecs:cluster')) continue
      expect([Action].flat().filter((action) => !unlimited.test(action))).toEqual([])
    }
  })

  it.each(functionNames)("limit %s to this stack's cluster, groups, queues, bucket and log", (name) => {
    const arn = (resource: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${resource}` })
    const ours = [
      arn('ecs:${AWS::Region}:${AWS::AccountId}:cluster/web'),
      arn('ecs:${AWS::Region}:${AWS::AccountId}:container-instance/web/*'),
      arn('ecs:${AWS::Region}:${AWS::AccountId}:task/web/*'),
      arn('ecs:${AWS::Region}:${AWS::AccountId}:service/web/*'),
      arn('autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/ecs-web-a'),
      // What the stack has left on a group goes also when the group is no longer in the template; tags of ours limit it.
      ...(name === 'attach'
        ? [arn('autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/*')]
        : []),
      { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] },
      arn('ecs:${AWS::Region}:${AWS::AccountId}:capacity-provider/*'),
      { 'Fn::GetAtt': ['WakesQueue', 'Arn'] },
      { 'Fn::GetAtt': ['CapacityQueue', 'Arn'] },
      { 'Fn::GetAtt': ['ScalingBucket', 'Arn'] },
      { 'Fn::Sub': '${ScalingBucket.Arn}/*' },
      topic,
      { 'Fn::GetAtt': [logGroups[name], 'Arn'] },
    ]
    const named = statementsOf(template, roles[name]).flatMap(({ Resource }) =>
      Resource === '*' ? [] : Resource,
    )
    for (const resource of named) expect(ours).toContainEqual(resource)
  })

  it.each(functionNames)(
    'check the cluster of every container instance, task and service that %s touches',
    (name) => {
      const cluster = { 'Fn::Sub': 'arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/web' }
      const inside = statementsOf(template, roles[name]).filter(({ Resource }) =>
        /:(container-instance|task|service)\//.test(JSON.stringify(Resource)),
      )
      if (name !== 'attach') expect(inside.length).toBeGreaterThan(0)
      for (const { Condition } of inside) expect(Condition).toEqual({ ArnEquals: { 'ecs:cluster': cluster } })
    },
  )

  it('let attach change a group only by tags of ours', () => {
    const tags = ['ebbtide:former-termination-policies', 'ebbtide:scaler']
    const changing = statementsOf(template, 'AttachRole').filter(({ Resource }) =>
      JSON.stringify(Resource).includes('autoScalingGroupName/*'),
    )
    expect(changing.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [
        ['autoscaling:UpdateAutoScalingGroup'],
        { StringLike: { 'aws:ResourceTag/ebbtide:former-termination-policies': '*' } },
      ],
      [
        ['autoscaling:CreateOrUpdateTags', 'autoscaling:DeleteTags'],
        { 'ForAllValues:StringEquals': { 'aws:TagKeys': tags } },
      ],
    ])
  })

  it('give each function a role of its own', () => {
    for (const name of functionNames) {
      const id = idsOfType(template, 'AWS::Lambda::Function').find(
        (each) => propertiesOf(template, each).Handler === `build/${name}.handler`,
      )
      expect(propertiesOf(template, String(id)).Role).toEqual({ 'Fn::GetAtt': [roles[name], 'Arn'] })
    }
    expect(template.Resources).not.toHaveProperty('IamRoleLambdaExecution')
  })

  it.each(functionNames)('hold a bundle of at most one mebibyte for %s', async (name) => {
    expect((await readBundle(name)).bytes).toBeLessThanOrEqual(MEBIBYTE)
  })

  it.each(functionNames)('leave nothing for %s to load but what Node itself has', async (name) => {
    const { imports } = await readBundle(name)
    const loaded = imports.filter(({ external }) => external).map(({ path }) => path)
    expect(loaded.filter((path) => !isBuiltin(path))).toEqual([])
  })
})
