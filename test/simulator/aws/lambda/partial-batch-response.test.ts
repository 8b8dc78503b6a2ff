import { describe, expect, it } from '@jest/globals'
import type { InvocationResult } from '../../../../simulator/aws/lambda/invocation.ts'
import { failedMessageIds } from '../../../../simulator/aws/lambda/partial-batch-response.ts'

const messageIds = ['a', 'b', 'c']
const returned = (response: unknown): InvocationResult => ({
  kind: 'succeeded',
  response: JSON.stringify(response),
})
const item = (itemIdentifier: unknown) => ({ itemIdentifier })

describe('a batch whose mapping reports item failures', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['null, as for a handler that returns nothing', null, []],
    ['an empty text', '', []],
    ['an empty object', {}, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['no list', { batchItemFailures: null }, []],
    ['one failure', { batchItemFailures: [item('b')] }, ['b']],
    ['the same failure twice', { batchItemFailures: [item('b'), item('b')] }, ['b']],
    ['every message', { batchItemFailures: messageIds.map(item) }, messageIds],
    ['an id that is not in the batch', { batchItemFailures: [item('b'), item('x')] }, messageIds],
    ['an empty id', { batchItemFailures: [item('')] }, messageIds],
    ['a null id', { batchItemFailures: [item(null)] }, messageIds],
    ['a number for an id', { batchItemFailures: [item(1)] }, messageIds],
    ['a misspelt key', { batchItemFailures: [{ itemIdentifer: 'b' }] }, messageIds],
    ['a null failure', { batchItemFailures: [null] }, messageIds],
    ['something else than a list', { batchItemFailures: 'b' }, messageIds],
    ['a misspelt list', { batchItemFailure: [item('b')] }, messageIds],
    ['a text', 'ok', messageIds],
    ['a number', 0, messageIds],
    ['a list', ['b'], messageIds],
  ])('and whose handler returns %s', (_, response, failed) => {
    const result = failedMessageIds(returned(response), { messageIds, reportsBatchItemFailures: true })
    expect([...result]).toEqual(failed)
  })
})

describe('a batch whose mapping does not report item failures', () => {
  it('succeeds as a whole, whatever the handler returns', () => {
    const response = returned({ batchItemFailures: [item('b')] })
    expect(failedMessageIds(response, { messageIds, reportsBatchItemFailures: false }).size).toBe(0)
  })
})

it.each<InvocationResult>([
  { kind: 'failed', error: new Error('broken') },
  { kind: 'timed-out' },
  { kind: 'crashed' },
])('a batch whose invocation ended as $kind fails as a whole', (result) => {
  for (const reportsBatchItemFailures of [true, false]) {
    expect([...failedMessageIds(result, { messageIds, reportsBatchItemFailures })]).toEqual(messageIds)
  }
})
