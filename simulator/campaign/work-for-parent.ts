import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'

/**
 * Does each job that the parent thread sends, until the parent ends this thread. A job that waits for nothing that can
 * still come ends the thread by itself, with code 13, because only between two jobs does it listen.
 */
export const workForParent = async (work: (job: never) => Promise<object>): Promise<never> => {
  if (parentPort === null) throw new Error('there is no parent thread to work for')
  for (;;) {
    const [job] = (await once(parentPort, 'message')) as [never]
    parentPort.postMessage(await work(job))
  }
}
