import { Worker } from 'node:worker_threads'

/** Work that threads share out among themselves, one job at a time to each. */
export interface ThreadedWork<Job, Result> {
  /** What each thread runs: `workForParent`, with what is to be done. */
  readonly program: URL
  readonly jobs: Iterable<Job>
  readonly threads: number
  /** Hears of each result in the order in which they come, and says whether there is a use for more. */
  readonly take: (result: Result) => 'more' | 'enough'
}

/** @throws {Error} when a thread comes to an end before its job, so that no job can be lost unseen. */
export const doInThreads = async <Job, Result>(work: ThreadedWork<Job, Result>): Promise<void> => {
  const jobs = work.jobs[Symbol.iterator]()
  const workers = Array.from({ length: work.threads }, () => new Worker(work.program))
  let isEnough = false
  const next = (worker: Worker): Job | undefined => {
    const found = isEnough ? undefined : jobs.next()
    if (found === undefined || found.done === true) {
      void worker.terminate()
      return undefined
    }
    worker.postMessage(found.value)
    return found.value
  }
  const listen = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let job = next(worker)
      worker.on('message', (result: Result) => {
        isEnough ||= work.take(result) === 'enough'
        job = next(worker)
      })
      worker.on('error', reject)
      worker.on('exit', (code) => {
        if (job === undefined) resolve()
        else reject(new Error(`a thread ended with code ${code} before ${JSON.stringify(job)} was done`))
      })
    })
  try {
    await Promise.all(workers.map(listen))
  } finally {
    for (const worker of workers) void worker.terminate()
  }
}
