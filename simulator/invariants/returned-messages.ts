import type { InvocationRecord } from '../aws/lambda/invocation.ts'
import { failedMessageIds } from '../aws/lambda/partial-batch-response.ts'
import { recordsOf } from '../aws/lambda/sqs-records.ts'

/** By id, the messages of its batch that an invocation of ours gave back to their queue. */
export const returnedMessages = (invocation: InvocationRecord): ReadonlySet<string> => {
  const messageIds = recordsOf(invocation).map(({ messageId }) => messageId)
  return failedMessageIds(invocation.result, { messageIds, reportsBatchItemFailures: true })
}
