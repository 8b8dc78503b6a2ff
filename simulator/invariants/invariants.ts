import { watchPromise1 } from './promise-1.ts'
import { watchPromise10 } from './promise-10.ts'
import { watchPromise2 } from './promise-2.ts'
import { watchPromise3 } from './promise-3.ts'
import { watchPromise4 } from './promise-4.ts'
import { watchPromise5 } from './promise-5.ts'
import { watchPromise6 } from './promise-6.ts'
import { watchPromise7 } from './promise-7.ts'
import { watchPromise8 } from './promise-8.ts'
import { watchPromise9 } from './promise-9.ts'
import { createWatch, type Watched } from './watch.ts'

/**
 * Holds the simulated world against the promises from now on; what is broken goes into the recording.
 *
 * Promise 7 says that the others hold in spite of faults; what is watched by its own number is what must come after them.
 *
 * @returns to be called when the run has ended: some promises can be judged only then.
 */
export const watchPromises = (watched: Watched): (() => void) => {
  const [watch, end] = createWatch(watched)
  watchPromise1(watch)
  watchPromise2(watch)
  watchPromise3(watch)
  watchPromise4(watch)
  watchPromise5(watch)
  watchPromise6(watch)
  watchPromise7(watch)
  watchPromise8(watch)
  watchPromise9(watch)
  watchPromise10(watch)
  return end
}
