import type { Random } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import { uuid } from '../engine/uuid.ts'
import {
  customRequest,
  readAnswer,
  type CustomAnswer,
  type CustomRequestType,
  type CustomResource,
} from './custom-resource.ts'
import type { ResponseUrls } from './response-urls.ts'

interface CustomRequestsOptions {
  readonly simulation: Simulation
  readonly responseUrls: ResponseUrls
  /** Invokes a function asynchronously, with Lambda's retries. */
  readonly invoke: (functionArn: string, payload: string) => void
  readonly stackId: string
}

interface Asked {
  readonly requestType: CustomRequestType
  readonly physicalId: string | undefined
  /** What an update changes. */
  readonly before?: CustomResource | undefined
}

/** Asks the functions behind custom resources, and waits for what they put to the response URL. */
export class CustomRequests {
  readonly #options: CustomRequestsOptions
  readonly #random: Random

  constructor(options: CustomRequestsOptions) {
    this.#options = options
    this.#random = options.simulation.randomFor('custom resources')
  }

  /** `onEnd` is called exactly once, in virtual time: with the first answer, or when the resource's time is over. */
  ask(
    resource: CustomResource,
    { requestType, physicalId, before }: Asked,
    onEnd: (answer: CustomAnswer) => void,
  ): void {
    const { simulation, responseUrls, invoke, stackId } = this.#options
    const requestId = uuid(this.#random)
    let isOver = false
    const end = (answer: CustomAnswer): void => {
      if (isOver) return
      isOver = true
      timeLimit.cancel()
      // A timer of its own: what follows must not run inside the function that answered.
      simulation.after(0, () => onEnd(answer))
    }
    const timeLimit = simulation.after(resource.serviceTimeoutSeconds * 1_000, () =>
      end({ status: 'FAILED', reason: 'Custom Resource failed to stabilize in expected time.' }),
    )
    const { logicalId } = resource
    const responseUrl = responseUrls.issue((body) => end(readAnswer(body, { stackId, requestId, logicalId })))
    const oldProperties = before?.properties
    const about = { requestType, requestId, responseUrl, stackId, physicalId, oldProperties }
    const request = customRequest(resource, about)
    invoke(resource.serviceToken, JSON.stringify(request))
  }
}
