import { describe, expect, it } from '@jest/globals'

import { admits, classify, shapeKey, sharesPort } from '../../../lib/capacity/task-class.ts'
import { clusterOf, need, standalone, type ServiceOf } from './cluster-of.ts'

const classesOf = (...services: readonly ServiceOf[]) => {
  const workload = classify(clusterOf({ services }))
  return services.map(({ name }) => workload.ofService.get(name)!)
}
const memberOf = (expression: string) => ({ type: 'memberOf', expression }) as const
const web = { name: 'web', need: need(1, 1) }
const api = { ...web, name: 'api' }

describe('the class of a service', () => {
  it('is named after its group, and says what it needs and where', () => {
    const placementConstraints = [memberOf('attribute:a exists'), { type: 'distinctInstance' } as const]
    const services = [{ ...web, placementConstraints, capacityProviders: ['pa'] }]
    expect(classesOf(...services)).toMatchObject([
      {
        key: 'service:web',
        taskGroup: 'service:web',
        need: { cpu: 1, memory: 1 },
        isDistinct: true,
        requirements: { expressions: [{ name: 'a', operator: 'exists' }], capacityProviders: ['pa'] },
        unmodelled: [],
        unproven: [],
      },
    ])
  })

  it('has the constraints of the service and of its task definition, in whatever order', () => {
    const [one, other] = classesOf(
      {
        ...web,
        need: need(1, 1, { placementConstraints: ['attribute:b exists'], requiresAttributes: ['x', 'y'] }),
        placementConstraints: [memberOf('attribute:a exists')],
      },
      {
        ...api,
        need: need(1, 1, {
          placementConstraints: ['attribute:b exists', 'attribute:a exists'],
          requiresAttributes: ['y', 'x'],
        }),
      },
    )
    expect(one!.requirements.expressions).toHaveLength(2)
    expect(other!.requirements).toBe(one!.requirements)
    expect(shapeKey(one!)).toBe(shapeKey(other!))
  })

  it('names all that is not understood of it', () => {
    const odd = need(1, 1, { unmodelled: ['volume'], placementConstraints: ['agentVersion >= 1'] })
    const services = [{ ...web, need: odd, placementConstraints: [memberOf('task:group == a')] }]
    expect(classesOf(...services)[0]!.unmodelled).toEqual(['volume', 'agentVersion', 'task:group'])
  })

  it.each([
    [[], []],
    [['pa'], []],
    [['pa', 'pb'], ['several-capacity-providers']],
  ])('of providers %j cannot be proven: %j', (capacityProviders, unproven) => {
    expect(classesOf({ ...web, capacityProviders })[0]!.unproven).toEqual(unproven)
  })

  it('on one of its providers is another class, that asks for this one alone', () => {
    const services = [{ ...web, capacityProviders: ['pa', 'pb'] }]
    const workload = classify(clusterOf({ services }))
    const any = workload.ofService.get('web')!
    const bound = workload.onProvider(any, 'pb')
    expect(bound).toMatchObject({
      key: 'service:web pb',
      taskGroup: 'service:web',
      requirements: { capacityProviders: ['pb'] },
    })
    expect(workload.onProvider(any, 'pb').requirements).toBe(bound.requirements)
  })
})

describe('the class of a standalone task', () => {
  const report = {
    name: 'report',
    need: need(5, 6, { requiresAttributes: ['y', 'x'], placementConstraints: ['task:group == a'] }),
  }
  const { ofStandalone } = classify(clusterOf({ services: [report] }))

  it('is that of its group, revision and provider', () => {
    expect(ofStandalone(standalone({ capacityProviderName: 'pa' }))).toMatchObject({
      key: 'family:report arn:task-definition/report:1 pa',
      taskGroup: 'family:report',
      need: { cpu: 5, memory: 6 },
      isDistinct: false,
      requirements: { attributes: ['x', 'y'], capacityProviders: ['pa'] },
      unmodelled: ['task:group'],
      unproven: [],
    })
    expect(ofStandalone(standalone())).toMatchObject({ requirements: { capacityProviders: [] } })
  })

  it('is not understood where its task definition was not read', () => {
    expect(ofStandalone(standalone({ taskDefinitionArn: 'arn:gone' })).unmodelled).toEqual([
      'task-definition-unread',
    ])
  })
})

describe('tasks fit alike', () => {
  const keyOf = (service: Partial<ServiceOf>) => shapeKey(classesOf({ ...web, ...service })[0]!)
  const plain = keyOf({})

  it('whatever their service is called', () => {
    expect(keyOf({ name: 'api' })).toBe(plain)
  })

  it.each([
    ['CPU', { need: need(2, 1) }],
    ['memory', { need: need(1, 2) }],
    ['GPUs', { need: need(1, 1, { gpu: 1 }) }],
    ['interfaces', { need: need(1, 1, { enis: 1 }) }],
    ['ports', { need: need(1, 1, { hostPorts: ['tcp:80'] }) }],
    ['attributes', { need: need(1, 1, { requiresAttributes: ['a'] }) }],
    ['constraints', { placementConstraints: [memberOf('attribute:a exists')] }],
    ['providers', { capacityProviders: ['pa'] }],
  ])('unless they differ in %s', (_, service) => {
    expect(keyOf(service)).not.toBe(plain)
  })

  it('unless each is kept apart from its own', () => {
    const placementConstraints = [{ type: 'distinctInstance' } as const]
    expect(keyOf({ placementConstraints })).not.toBe(keyOf({ name: 'api', placementConstraints }))
  })
})

it.each([
  [[], [], false],
  [['tcp:80'], ['tcp:81'], false],
  [['tcp:80'], ['udp:80'], false],
  [['tcp:80', 'tcp:81'], ['tcp:82', 'tcp:81'], true],
])('tasks on %j and %j want the same port: %s', (one, other, expected) => {
  expect(sharesPort(need(1, 1, { hostPorts: one }), need(1, 1, { hostPorts: other }))).toBe(expected)
})

describe('an agent that has yet to register has', () => {
  const has = (attribute: string, isAgentAssumed: boolean) => {
    const [taskClass] = classesOf({ ...web, need: need(1, 1, { requiresAttributes: [attribute] }) })
    return admits(taskClass!.requirements, { attributes: { known: '' }, isAgentAssumed })
  }

  it.each([
    ['com.amazonaws.ecs.capability.docker-remote-api.1.19', true],
    ['ecs.capability.task-eni', true],
    ['com.amazonaws.ecs.other', false],
    ['com-amazonaws-ecs-capability-x', false],
    ['my.ecs.capability.x', false],
    ['ecs.capability', false],
    ['ssd', false],
  ])('%s: %s', (attribute, expected) => {
    expect(has(attribute, true)).toBe(expected)
    expect(has(attribute, false)).toBe(false)
  })

  it('what is known of it, too', () => {
    expect(has('known', true)).toBe(true)
    expect(has('known', false)).toBe(true)
  })
})
