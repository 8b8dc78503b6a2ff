import { describe, expect, it } from '@jest/globals'

import { readRequest, WireRefusal } from '../../../simulator/wire/wire-request.ts'
import { loadWireServices } from '../../../simulator/wire/wire-services.ts'

const services = loadWireServices()

const targets = {
  ecs: 'AmazonEC2ContainerServiceV20141113',
  sqs: 'AmazonSQS',
  cloudWatch: 'GraniteServiceVersion20100801',
} as const

const read = async (service: keyof typeof targets, operation: string, input: object | string) => {
  const headers = { 'x-amz-target': `${targets[service]}.${operation}` }
  const body = Buffer.from(typeof input === 'string' ? input : JSON.stringify(input))
  return (await readRequest({ headers, body }, await services)).input
}

const refusalOf = async (...asked: Parameters<typeof read>) => {
  const refused = await read(...asked).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(WireRefusal)
  const { error } = refused as WireRefusal
  return `${error.httpStatus} ${error.code}: ${error.message}`
}

describe('a JSON value', () => {
  const attribute = (value: object) => ({ MessageAttributes: { a: { DataType: 'Binary', ...value } } })

  it.each([
    ['ecs', 'DescribeTasks', { tasks: [5] }, 'tasks[0] must be a string.'],
    ['ecs', 'DescribeTasks', { tasks: 'abc' }, 'tasks must be a list.'],
    ['ecs', 'DescribeTasks', { tasks: { 0: 'abc' } }, 'tasks must be a list.'],
    ['ecs', 'DescribeTasks', { cluster: { name: 'web' } }, 'cluster must be a string.'],
    ['ecs', 'ListTasks', { maxResults: '5' }, 'maxResults must be a number.'],
    ['ecs', 'ListTasks', '{"maxResults":1e999}', 'maxResults must be a number.'],
    ['ecs', 'StopTask', [], 'The body must be an object.'],
    ['ecs', 'PutAttributes', { attributes: ['a'] }, 'attributes[0] must be an object.'],
    ['ecs', 'UpdateService', { forceNewDeployment: 'yes' }, 'forceNewDeployment must be true or false.'],
    ['sqs', 'SendMessage', { MessageAttributes: [] }, 'MessageAttributes must be an object.'],
    [
      'sqs',
      'SendMessage',
      attribute({ BinaryValue: '?' }),
      'MessageAttributes.a.BinaryValue must be base64.',
    ],
    [
      'sqs',
      'SetQueueAttributes',
      { Attributes: { DelaySeconds: 5 } },
      'Attributes.DelaySeconds must be a string.',
    ],
    [
      'cloudWatch',
      'GetMetricStatistics',
      { StartTime: '2026-11-20T09:00:00Z' },
      'StartTime must be a time in seconds since 1970.',
    ],
    [
      'cloudWatch',
      'GetMetricStatistics',
      { StartTime: 1e300 },
      'StartTime must be a time in seconds since 1970.',
    ],
  ] as const)('of the wrong kind is refused: %s %s %j', async (service, operation, input, message) => {
    expect(await refusalOf(service, operation, input)).toBe(`400 SerializationException: ${message}`)
  })

  it('of no known member is refused by its path, however deep it lies', async () => {
    const attributes = [{ name: 'a' }, { name: 'b', colour: 'red', __proto__: null }]
    expect(await refusalOf('ecs', 'PutAttributes', { attributes, size: 1 })).toContain(
      'PutAttributes with attributes[1].colour, size',
    )
    expect(await refusalOf('ecs', 'PutAttributes', '{"__proto__":{}}')).toContain(
      'PutAttributes with __proto__',
    )
  })

  it('is read as its schema says, and null as nothing', async () => {
    expect(await read('ecs', 'DescribeTasks', { cluster: null, tasks: ['a', 'b'] })).toEqual({
      tasks: ['a', 'b'],
    })
    expect(await read('cloudWatch', 'GetMetricStatistics', { StartTime: 1_795_166_757.5 })).toEqual({
      StartTime: new Date(1_795_166_757_500),
    })
    const hello = Buffer.from('hello').toString('base64')
    expect(await read('sqs', 'SendMessage', attribute({ BinaryValue: hello }))).toEqual(
      attribute({ BinaryValue: new Uint8Array(Buffer.from('hello')) }),
    )
  })
})
