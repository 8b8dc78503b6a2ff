import { readSignal } from '../../lib/signals/read-signal.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import type { Watch } from './watch.ts'

/**
 * Promise 6: a bad message never holds up another one. A message that can be read becomes a dead letter only when its
 * own work failed again and again: when no call has failed in an invocation that held it, a neighbour in its batch was to
 * blame.
 */
export const watchPromise6 = (watch: Watch): void => {
  const { world, report } = watch
  world.sqs.onDeadLetter(({ body, messageId }) => {
    const signal = readSignal(body)
    if (signal.kind === 'unreadable' || hasFailed(watch, messageId)) return
    report({
      promise: 6,
      at: world.simulation.now(),
      what: `a ${signal.kind} message that can be read became a dead letter`,
      ...('instanceId' in signal && { instanceId: signal.instanceId }),
    })
  })
}

/** An invocation that held it was killed, or a call failed in one, or somebody made a call take seconds or for ever. */
const hasFailed = ({ world, recording }: Watch, messageId: string): boolean => {
  const held = recording.invocations.filter(({ payload }) => payload.includes(messageId))
  const holders = new Set(held.map(({ awsRequestId }) => awsRequestId))
  return (
    held.some(({ result }) => result.kind === 'crashed') ||
    held.some(({ awsRequestId }) => world.transport.slowedInvocations.has(awsRequestId)) ||
    world.calls.some(
      (made) => made.invocation !== undefined && holders.has(made.invocation) && isFailure(made),
    )
  )
}

/** Throttling is no reason to give a message up, and a validation error says that an action is already over. */
const isFailure = ({ error, fault }: CallRecord): boolean =>
  fault === 'items-failed' ||
  (error !== undefined && error !== 'ValidationError' && !/^Throttling|^RequestLimitExceeded/.test(error))
