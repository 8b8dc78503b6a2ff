import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { packageStack, packageTemplate } from '../../deploy/package.ts'
import type { Template } from '../../deploy/template.ts'
import { actionsIn, functionNames, readBundle, type FunctionName } from './bundles.ts'
import { propertiesOf, statementsOf, web } from './templates.ts'

const roles: Readonly<Record<FunctionName, string>> = { drain: 'DrainRole', resync: 'ResyncRole' }

/** What Lambda does in a function's name without the SDK: it writes the log and reads the queues. */
const withoutSdk: Readonly<Record<FunctionName, readonly string[]>> = {
  drain: [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ],
  resync: ['logs:CreateLogStream', 'logs:PutLogEvents'],
}

/** What the Service Authorization Reference lets nobody limit to a resource. */
const unlimited =
  /^((autoscaling|ec2|elasticloadbalancing):Describe\w+|ecs:(DescribeTaskDefinition|ListServices))$/

/** A stack that tells somebody of stuck drains. */
const topic = 'arn:aws:sns:eu-west-1:111122223333:ops'
const told = { ...web, notificationTopicArn: topic }

const MEBIBYTE = 1024 * 1024

describe('the archives and roles that are packaged', () => {
  let folder: string
  let template: Template
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ebbtide-'))
    template = await packageStack({ parameters: told, outputFolder: folder })
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  it('have the template that is packaged without archives', async () => {
    expect(await packageTemplate(told)).toEqual(template)
  }, 60_000)

  it('are one archive for each function', async () => {
    const archives = (await readdir(folder)).filter((name) => name.endsWith('.zip'))
    expect(archives.toSorted()).toEqual(functionNames.map((name) => `${name}.zip`))
  })

  it.each(functionNames)(
    'allow %s exactly the calls that are in its bundle, its log and its queues',
    async (name) => {
      const allowed = statementsOf(template, roles[name]).flatMap(({ Action }) => Action)
      const used = [...actionsIn(await readBundle(name)), ...withoutSdk[name]]
      expect(allowed.toSorted()).toEqual(used.toSorted())
    },
  )

  it.each(functionNames)('allow %s nothing on every resource that AWS can limit', (name) => {
    for (const { Effect, Action, Resource } of statementsOf(template, roles[name])) {
      expect(Effect).toBe('Allow')
      if (Resource !== '*') continue
      expect([Action].flat().filter((action) => !unlimited.test(action))).toEqual([])
    }
  })

  it.each(functionNames)("limit %s to this stack's cluster, groups, queues and log", (name) => {
    const arn = (resource: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${resource}` })
    const ours = [
      arn('ecs:${AWS::Region}:${AWS::AccountId}:cluster/web'),
      arn('ecs:${AWS::Region}:${AWS::AccountId}:container-instance/web/*'),
      arn('ecs:${AWS::Region}:${AWS::AccountId}:task/web/*'),
      arn('ecs:${AWS::Region}:${AWS::AccountId}:service/web/*'),
      arn('autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/ecs-web-a'),
      { 'Fn::GetAtt': ['SignalsQueue', 'Arn'] },
      { 'Fn::GetAtt': ['WakesQueue', 'Arn'] },
      topic,
      { 'Fn::GetAtt': [name === 'drain' ? 'DrainLogGroup' : 'ResyncLogGroup', 'Arn'] },
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
      expect(inside).toHaveLength(3)
      for (const { Condition } of inside) expect(Condition).toEqual({ ArnEquals: { 'ecs:cluster': cluster } })
    },
  )

  it('give each function a role of its own', () => {
    expect(propertiesOf(template, 'DrainLambdaFunction').Role).toEqual({ 'Fn::GetAtt': ['DrainRole', 'Arn'] })
    expect(propertiesOf(template, 'ResyncLambdaFunction').Role).toEqual({
      'Fn::GetAtt': ['ResyncRole', 'Arn'],
    })
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
