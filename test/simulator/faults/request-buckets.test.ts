import { describe, expect, it } from '@jest/globals'

import { RequestBuckets } from '../../../simulator/faults/request-buckets.ts'

const takenAtOnce = (buckets: RequestBuckets, operation: string): number =>
  Array.from({ length: 500 }, () => buckets.take(operation)).filter(Boolean).length

describe('the request buckets of ECS', () => {
  it('hold a hundred reads at once, and twenty more each second', () => {
    let now = 0
    const buckets = new RequestBuckets(() => now, 1)
    expect(takenAtOnce(buckets, 'ListTasks')).toBe(100)
    now += 1_000
    expect(takenAtOnce(buckets, 'DescribeTasks')).toBe(20)
  })

  it('are one for changes, one for reads of the cluster and one for reads of services', () => {
    const buckets = new RequestBuckets(() => 0, 1)
    expect(takenAtOnce(buckets, 'ListTasks')).toBe(100)
    expect(takenAtOnce(buckets, 'StopTask')).toBe(100)
    expect(takenAtOnce(buckets, 'DescribeServices')).toBe(100)
  })

  it('are smaller where others of the account have taken their share', () => {
    let now = 0
    const buckets = new RequestBuckets(() => now, 0.05)
    expect(takenAtOnce(buckets, 'PutAttributes')).toBe(5)
    now += 1_000
    expect(takenAtOnce(buckets, 'PutAttributes')).toBe(2)
  })

  it('know nothing of calls to other services', () => {
    expect(takenAtOnce(new RequestBuckets(() => 0, 0.01), 'CompleteLifecycleAction')).toBe(500)
  })
})
