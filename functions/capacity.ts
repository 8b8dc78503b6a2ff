import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { SQSEvent } from 'aws-lambda'

import { createCapacityClients } from '../lib/aws/capacity-clients.ts'
import { systemClock } from '../lib/clock.ts'
import { createCapacityEnvironment, type CapacityEnvironment } from '../lib/scaling/environment.ts'
import { askedBy, measureAndScale } from '../lib/scaling/measure-and-scale.ts'
import { readScalingSettings } from '../lib/scaling/settings.ts'
import { systemTimer } from '../lib/timer.ts'

/** Wakes every minute, and at once when a task finds no place: one run for whatever has gathered in the queue. */
export const createHandler = (environment: CapacityEnvironment) => {
  const { telemetry } = environment
  return middy<SQSEvent>({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(telemetry.logger))
    .use({ after: () => telemetry.flush(), onError: () => telemetry.flush() })
    .handler(({ Records }) =>
      measureAndScale(
        environment,
        askedBy(Records.map(({ body, attributes }) => ({ body, sentAt: Number(attributes.SentTimestamp) }))),
      ),
    )
}

export const handler = createHandler(
  createCapacityEnvironment({
    settings: readScalingSettings(process.env),
    clients: createCapacityClients(),
    clock: systemClock,
    after: systemTimer,
  }),
)
