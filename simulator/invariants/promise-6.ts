import type { SQSRecord } from 'aws-lambda'

import { readSignal } from '../../lib/signals/read-signal.ts'
import type { Signal } from '../../lib/signals/signal.ts'
import type { InvocationRecord } from '../aws/lambda/invocation.ts'
import { recordsOf } from '../aws/lambda/sqs-records.ts'
import { STRANGER_ID } from '../faults/bad-messages.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import type { World } from '../world/world.ts'
import { returnedMessages } from './returned-messages.ts'
import type { Watch } from './watch.ts'

/**
 * Promise 6: a bad message never holds up another one.
 *
 * A good message that shares a batch with a bad one comes back only when its own work failed: when no call has failed in that
 * invocation, its neighbour was to blame. And alone or not, it becomes a dead letter only when that happened again and again.
 * Throttling is no reason to give a message up, unless it is a notice, which nobody else will hear.
 */
export const watchPromise6 = (watch: Watch): void => {
  const { world, report } = watch
  world.lambda.onInvocation((invocation) => judgeBatch(watch, invocation))
  world.sqs.onDeadLetter(({ body, messageId }) => {
    const signal = readSignal(body)
    const held = watch.recording.invocations.filter(({ payload }) => payload.includes(messageId))
    if (signal.kind === 'unreadable' || haveFailed(watch, held, signal)) return
    report({
      promise: 6,
      at: world.simulation.now(),
      what: `a ${signal.kind} message that can be read became a dead letter`,
      ...('instanceId' in signal && { instanceId: signal.instanceId }),
    })
  })
}

const judgeBatch = (watch: Watch, invocation: InvocationRecord): void => {
  const records = recordsOf(invocation)
  const good = records.filter((record) => !isBad(record))
  if (good.length === records.length || good.length === 0) return
  const returned = returnedMessages(invocation)
  const heldUp = good
    .filter(({ messageId }) => returned.has(messageId))
    .filter(({ body }) => !haveFailed(watch, [invocation], readSignal(body)))
  if (heldUp.length === 0) return
  const what = `${heldUp.length} good messages come back although no call has failed, and share their batch with a bad one`
  watch.report({ promise: 6, at: invocation.endedAt, what })
}

/** By who sent it or by what it says: half of what strangers send can be read. */
const isBad = ({ body, attributes }: SQSRecord): boolean =>
  attributes.SenderId === STRANGER_ID || readSignal(body).kind === 'unreadable'

const isNotice = (signal: Signal): boolean => NOTICES.includes(signal.kind) || 'notice' in signal

const NOTICES: readonly Signal['kind'][] = ['spot-interruption', 'capacity-reservation-interruption']

/** One was killed, or a call failed in one, or somebody made a call take seconds or for ever. */
const haveFailed = ({ world }: Watch, invocations: readonly InvocationRecord[], of: Signal): boolean => {
  const ids = new Set(invocations.map(({ awsRequestId }) => awsRequestId))
  return (
    invocations.some(({ result }) => result.kind === 'crashed') ||
    [...ids].some((id) => world.transport.slowedInvocations.has(id)) ||
    world.calls.some(
      (made) =>
        made.invocation !== undefined &&
        ids.has(made.invocation) &&
        (isFailure(made) || isRepetition(world, made) || (isNotice(of) && isThrottled(made))),
    )
  )
}

/** Where ECS is taken to refuse DRAINING to what is DRAINING already, which old answers do not show. */
const isRepetition = ({ spec }: World, { operation, error }: CallRecord): boolean =>
  spec.assumptions?.ecs?.repeatedDraining === 'refused' &&
  operation === 'UpdateContainerInstancesState' &&
  error === 'InvalidParameterException'

/**
 * Only what somebody injected: an error that a message itself provokes, by what it names, is no failure of the call, and a
 * validation error says that an action is already over.
 */
const isFailure = ({ error, fault }: CallRecord): boolean =>
  fault === 'items-failed' ||
  (error !== undefined &&
    (fault === 'refused' || fault === 'answer-lost') &&
    error !== 'ValidationError' &&
    !THROTTLING.test(error))

const isThrottled = ({ error }: CallRecord): boolean => error !== undefined && THROTTLING.test(error)

const THROTTLING = /^Throttling|^RequestLimitExceeded/
