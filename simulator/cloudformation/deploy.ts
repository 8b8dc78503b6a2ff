import type { EventBridge } from '../aws/eventbridge/event-bridge.ts'
import type { FunctionSpec } from '../aws/lambda/function-spec.ts'
import type { Lambda } from '../aws/lambda/lambda.ts'
import type { S3 } from '../aws/s3/s3.ts'
import type { Sqs } from '../aws/sqs/sqs.ts'
import { bucketsOf } from './buckets.ts'
import { checkDeduplication, checkDeliveries } from './delivery-permissions.ts'
import { eventSourceMappingsOf, functionsOf, type DeployedFunction } from './functions.ts'
import { lifecycleHooksOf, type DeployedLifecycleHook } from './lifecycle-hooks.ts'
import { queuesOf, rulesOf } from './messaging.ts'
import { Stack, type StackOptions } from './stack.ts'

export interface DeployOptions extends StackOptions {
  readonly sqs: Sqs
  readonly s3: S3
  readonly eventBridge: EventBridge
  readonly lambda: Lambda
  /** The code of a function, found by its handler or its logical id. */
  readonly createHandler: (deployed: DeployedFunction) => FunctionSpec['createHandler']
  readonly putLifecycleHook: (hook: DeployedLifecycleHook) => void
}

/**
 * Builds what a packaged template describes in the simulated AWS, in the order in which CloudFormation could.
 *
 * @throws {Error} naming what is refused by a service, not modelled, or would silently deliver nothing.
 */
export const deployTemplate = (options: DeployOptions): Stack => {
  const { sqs, s3, eventBridge, lambda } = options
  const stack = new Stack(options)
  checkDeliveries(stack)
  checkDeduplication(stack)
  for (const bucket of bucketsOf(stack)) s3.createBucket(bucket)
  for (const queue of queuesOf(stack)) sqs.createQueue(queue)
  for (const deployed of functionsOf(stack)) {
    lambda.createFunction({ ...deployed, createHandler: options.createHandler(deployed) })
  }
  for (const mapping of eventSourceMappingsOf(stack)) lambda.createEventSourceMapping(mapping, sqs)
  for (const rule of rulesOf(stack)) eventBridge.putRule(rule)
  for (const hook of lifecycleHooksOf(stack)) options.putLifecycleHook(hook)
  return stack
}
