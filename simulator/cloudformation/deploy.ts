import type { Simulation } from '../engine/simulation.ts'
import { CustomRequests } from './custom-requests.ts'
import { checkDeduplication, checkDeliveries } from './delivery-permissions.ts'
import { Deployment } from './deployment.ts'
import { resourceWork, type Account } from './resource-work.ts'
import type { ResponseUrls } from './response-urls.ts'
import { Stack, type StackOptions } from './stack.ts'

export interface DeployOptions extends StackOptions, Account {
  readonly simulation: Simulation
  readonly responseUrls: ResponseUrls
  /** Called when a creation that took time, or a removal, has ended. Absent: whoever wants to know reads the status. */
  readonly onEnd?: (deployment: Deployment) => void
}

/**
 * Builds what a packaged template describes in the simulated AWS, in an order in which CloudFormation could. Done when this
 * returns, but for custom resources and what stands on them: those take virtual time.
 *
 * @throws {Error} naming what is refused by a service, not modelled, or would silently deliver nothing.
 */
export const deployTemplate = (options: DeployOptions): Deployment => {
  const { simulation, responseUrls, lambda, onEnd = () => undefined } = options
  const stack = checkedStack(options)
  const requests = new CustomRequests({
    simulation,
    responseUrls,
    invoke: (functionArn, payload) => lambda.invokeAsync(functionArn, payload),
    stackId: stack.stackId,
  })
  return new Deployment({ stack, work: resourceWork(stack, options), requests, onEnd })
}

/**
 * Begins to update a stack to what another template describes. It goes on in virtual time where custom resources change.
 *
 * @throws {Error} as {@link deployTemplate}, and naming a change that is not modelled.
 */
export const updateStack = (deployment: Deployment, options: StackOptions & Account): void => {
  const stack = checkedStack(options)
  deployment.update(stack, resourceWork(stack, options))
}

const checkedStack = (options: StackOptions): Stack => {
  const stack = new Stack(options)
  checkDeliveries(stack)
  checkDeduplication(stack)
  return stack
}
