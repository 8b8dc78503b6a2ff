import { describe, expect, it } from '@jest/globals'

import { doInThreads } from '../../../simulator/campaign/threads.ts'

/** A thread that answers each number with its double; `-1` ends it, and `0` waits for what never comes. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { once } from 'node:events'
    import { parentPort } from 'node:worker_threads'
    for (;;) {
      const [job] = await once(parentPort, 'message')
      if (job === -1) process.exit(0)
      if (job === 0) await new Promise(() => {})
      parentPort.postMessage(2 * job)
    }`)}`,
)

const double = async (jobs: readonly number[]): Promise<readonly number[]> => {
  const results: number[] = []
  const take = (result: number) => {
    results.push(result)
    return 'more' as const
  }
  await doInThreads({ program, jobs, threads: 2, take })
  return results.toSorted((one, other) => one - other)
}

describe('work in threads', () => {
  it('is all done', async () => {
    expect(await double([1, 2, 3, 4, 5])).toEqual([2, 4, 6, 8, 10])
  })

  it('is not done when a thread ends in the middle, even in peace', async () => {
    await expect(double([1, 2, -1, 3])).rejects.toThrow('a thread ended with code 0 before -1 was done')
  })

  it('is not done when a job waits for what never comes', async () => {
    await expect(double([1, 0, 3])).rejects.toThrow('a thread ended with code 13 before 0 was done')
  })

  it('ends when there is enough', async () => {
    const results: number[] = []
    const take = (result: number) => {
      results.push(result)
      return 'enough' as const
    }
    await doInThreads({ program, jobs: [1, 2, 3, 4, 5, 6], threads: 2, take })
    expect(results.length).toBeLessThan(6)
  })
})
