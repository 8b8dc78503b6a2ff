import { readSignal } from '../../lib/signals/read-signal.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import type { Watch } from './watch.ts'

/**
 * Promise 6: a bad message never holds up another one. A message that can be read becomes a dead letter only when its
 * own work failed again and again: when no call has failed while it lived, a neighbour in its batch was to blame.
 */
export const watchPromise6 = (watch: Watch): void => {
  const { world, report } = watch
  let lastFailureAt = -Infinity
  watch.onCall((call) => {
    if (isFailure(call)) lastFailureAt = call.at
  })
  world.sqs.onDeadLetter(({ body, sentAt }) => {
    const signal = readSignal(body)
    if (signal.kind === 'unreadable' || lastFailureAt >= sentAt) return
    report({
      promise: 6,
      at: world.simulation.now(),
      what: `a ${signal.kind} message that can be read became a dead letter`,
      ...('instanceId' in signal && { instanceId: signal.instanceId }),
    })
  })
}

/** Throttling is no reason to give a message up, and a validation error says that an action is already over. */
const isFailure = ({ error, fault }: CallRecord): boolean =>
  fault === 'items-failed' ||
  (error !== undefined && error !== 'ValidationError' && !/^Throttling|^RequestLimitExceeded/.test(error))
