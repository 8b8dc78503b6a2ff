import { beforeAll, describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../deploy/cached-template.ts'
import type { Template } from '../../deploy/template.ts'
import { idsOfType, propertiesOf, referencesOf, walk } from './templates.ts'

const nameKeys = new Set(['FunctionName', 'QueueName', 'AlarmName', 'LogGroupName', 'RoleName', 'BucketName'])

/** Every name that is unique in an account and region, or on an Auto Scaling group. */
const physicalNamesIn = (template: Template): readonly string[] => {
  const names = idsOfType(template, 'AWS::Events::Rule').map((id) => propertiesOf(template, id).Name)
  for (const hook of idsOfType(template, 'AWS::AutoScaling::LifecycleHook')) {
    names.push(propertiesOf(template, hook).LifecycleHookName)
  }
  walk(template, (key, value) => {
    if (nameKeys.has(key) && typeof value === 'string') names.push(value)
  })
  walk(template.Outputs, (key, value) => {
    if (key === 'Export') walk(value, (_, name) => names.push(name))
  })
  return names.map(String)
}

describe('the stacks of two clusters', () => {
  let web: Template
  let jobs: Template
  beforeAll(async () => {
    web = await cachedTemplate({ cluster: 'web', groups: 'ecs-web-a' })
    jobs = await cachedTemplate({ cluster: 'jobs', groups: 'ecs-jobs-a' })
  }, 60_000)

  it('have no name in common', () => {
    const names = new Set(physicalNamesIn(web))
    expect(names.size).toBeGreaterThanOrEqual(14)
    expect(physicalNamesIn(jobs).filter((name) => names.has(name))).toEqual([])
  })

  it('do not mention each other', () => {
    expect(JSON.stringify(jobs)).not.toMatch(/ecs-web|ebbtide-web|\/web/)
  })

  it('are named only by what CloudFormation knows about the place of deployment', () => {
    expect(JSON.stringify(web.Resources)).not.toMatch(/arn:aws:|us-east-1/)
  })
})

describe('the template that is packaged', () => {
  it.each(['eventbridge', 'sqs'])(
    'refers to nothing that it does not define, and never in a circle, with hook delivery %s',
    async (hookDelivery) => {
      const template = await cachedTemplate({ cluster: 'web', groups: 'ecs-web-a,ecs-web-b', hookDelivery })
      const visit = (id: string, above: readonly string[]): void => {
        expect(Object.keys(template.Resources)).toContain(id)
        expect(above).not.toContain(id)
        for (const needed of new Set(referencesOf(template, id))) visit(needed, [...above, id])
      }
      for (const id of Object.keys(template.Resources)) visit(id, [])
    },
    60_000,
  )
})
