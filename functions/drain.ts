import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

import { postpone } from '../lib/act/postpone.ts'
import { createClients } from '../lib/aws/clients.ts'
import { systemClock } from '../lib/clock.ts'
import { createEnvironment, type Environment } from '../lib/lifecycle/environment.ts'
import { handleSignals } from '../lib/lifecycle/handle-signals.ts'
import { readSettings } from '../lib/settings.ts'

/** Wakes on both queues: reconciles the instances that the messages name. */
export const createHandler = (environment: Environment) => {
  const { telemetry, settings, actor } = environment
  const processor = new BatchProcessor(EventType.SQS)
  const handle = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const messages = event.Records.map(({ messageId, body }) => ({ id: messageId, body }))
    const failures = await handleSignals(environment, messages)
    const refused = await postpone(
      actor.clients.sqs,
      settings.signalsQueueUrl,
      failed(event.Records, failures),
    )
    if (refused.length > 0)
      telemetry.logger.warn('Could not postpone failed messages', { messageIds: refused })
    const answer = ({ messageId }: SQSRecord) => {
      if (failures.has(messageId)) throw failures.get(messageId)
    }
    return processPartialResponse(event, answer, processor, { context, throwOnFullBatchFailure: false })
  }
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(telemetry.logger))
    .use({ after: () => telemetry.flush(), onError: () => telemetry.flush() })
    .handler(handle)
}

const failed = (records: readonly SQSRecord[], failures: ReadonlyMap<string, unknown>) =>
  records.filter(({ messageId }) => failures.has(messageId))

export const handler = createHandler(
  createEnvironment({ settings: readSettings(process.env), clients: createClients(), clock: systemClock }),
)
