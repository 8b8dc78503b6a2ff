import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { ScheduledEvent } from 'aws-lambda'

import { createClients } from '../lib/aws/clients.ts'
import { systemClock } from '../lib/clock.ts'
import { createEnvironment, type Environment } from '../lib/lifecycle/environment.ts'
import { resync } from '../lib/lifecycle/resync.ts'
import { readSettings } from '../lib/settings.ts'

/** Wakes every minute: reconciles every instance that waits, whatever became of its messages. */
export const createHandler = (environment: Environment) => {
  const { telemetry } = environment
  return middy<ScheduledEvent>({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(telemetry.logger))
    .use({ after: () => telemetry.flush(), onError: () => telemetry.flush() })
    .handler(() => resync(environment))
}

export const handler = createHandler(
  createEnvironment({ settings: readSettings(process.env), clients: createClients(), clock: systemClock }),
)
