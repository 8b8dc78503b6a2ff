import { describe, expect, it } from '@jest/globals'

import { during, isGone, isRefused } from '../../../lib/aws/errors.ts'

const errorOf = (name: string, message: string): Promise<unknown> =>
  during('doing it', () => Promise.reject(Object.assign(new Error(message), { name }))).catch(
    (error: unknown) => error,
  )

describe('an error of AWS', () => {
  it.each([
    ['ClusterNotFoundException', 'Cluster not found.', true, false],
    ['ValidationError', 'No active Lifecycle Action found with instance ID i-1', true, false],
    ['ValidationError', '1 validation error detected', false, false],
    ['InvalidParameterException', 'The referenced container instance was not found.', true, false],
    ['InvalidParameterException', 'Invalid identifier: …', false, true],
    ['ServerException', 'Service Unavailable', false, false],
  ])('%s: %s', async (name, message, gone, refused) => {
    const error = await errorOf(name, message)
    expect([isGone(error), isRefused(error)]).toEqual([gone, refused])
  })
})
