import type { EndedAction, WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import { recordsOf } from '../aws/lambda/sqs-records.ts'
import { returnedMessages } from './returned-messages.ts'
import { deadlineOf, deadlineWithoutNotice, noticedAt, type Watch } from './watch.ts'

/** When our patience with an action ends, as far as our functions could know: of a notice nobody may have heard. */
export const knownDeadlineOf = (watch: Watch, action: EndedAction | WaitingAction): number =>
  isNoticeHeard(watch, action) ? deadlineOf(watch, action) : deadlineWithoutNotice(watch, action)

/**
 * The message reached a function that did its work, and there was a container instance to remember it on: a queue may lose a
 * message, and ECS may come to know a machine only when it is about to go.
 */
const isNoticeHeard = (watch: Watch, { instanceId }: EndedAction | WaitingAction): boolean => {
  const { recording, world } = watch
  const registeredAt = world.ecs.containerInstanceOn(instanceId)?.registeredAt ?? -Infinity
  // It may be gone by now, as its machine is.
  const wasSeen = recording.decisions.some(
    ({ facts }) => facts.instanceId === instanceId && facts.containerInstance !== undefined,
  )
  const noticeAt = noticedAt(watch, instanceId)
  if (noticeAt === undefined || registeredAt > noticeAt || !wasSeen) return false
  return recording.invocations.some((invocation) => {
    if (!invocation.payload.includes(instanceId) || !invocation.payload.includes(WARNING)) return false
    const returned = returnedMessages(invocation)
    return recordsOf(invocation).some(
      ({ body, messageId }) =>
        body.includes(WARNING) && body.includes(instanceId) && !returned.has(messageId),
    )
  })
}

/** Of both kinds of notice. */
const WARNING = 'Interruption Warning'
