import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'

import { createChooserClients } from '../lib/aws/chooser-clients.ts'
import { systemClock } from '../lib/clock.ts'
import { choose, type ChooserEnvironment } from '../lib/scaling/choose.ts'
import { readChooserSettings } from '../lib/scaling/settings.ts'
import { Telemetry } from '../lib/telemetry.ts'
import { systemTimer } from '../lib/timer.ts'

/** Auto Scaling's custom termination policy: answers at once which instances may go, or that none may. */
export const createHandler = (environment: ChooserEnvironment) => {
  const { telemetry } = environment
  return middy({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(telemetry.logger))
    .use({ after: () => telemetry.flush(), onError: () => telemetry.flush() })
    .handler((event) => choose(environment, event))
}

const settings = readChooserSettings(process.env)

export const handler = createHandler({
  settings,
  clients: createChooserClients(),
  clock: systemClock,
  after: systemTimer,
  telemetry: new Telemetry(settings.cluster),
})
