import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'

import { createAttachClients } from '../lib/aws/attach-clients.ts'
import { systemClock } from '../lib/clock.ts'
import { handleCustomResource, type AttachEnvironment } from '../lib/scaling/attach.ts'
import { readClusterName } from '../lib/scaling/settings.ts'
import { Telemetry } from '../lib/telemetry.ts'
import { systemTimer } from '../lib/timer.ts'

/** Wakes when the stack comes, changes or goes: leaves on its groups what scaling needs, and takes it away again. */
export const createHandler = (environment: AttachEnvironment) =>
  middy({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(environment.telemetry.logger))
    .handler((event) => handleCustomResource(environment, event))

export const handler = createHandler({
  clients: createAttachClients(),
  clock: systemClock,
  after: systemTimer,
  telemetry: new Telemetry(readClusterName(process.env)),
})
