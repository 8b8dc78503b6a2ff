import * as z from 'zod'
import { matchesPattern } from '../sdk/permission.ts'
import { invokePermissionsOf } from './functions.ts'
import { queuesOf, rulesOf } from './messaging.ts'
import { textOrList } from './roles.ts'
import type { Stack } from './stack.ts'

const EVENTBRIDGE = 'events.amazonaws.com'

/** A permission that somebody outside is given: by whom it is used, and on what. */
interface Grant {
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  readonly targets: readonly string[]
  /** Undefined: any source. */
  readonly sources: readonly string[] | undefined
}

interface Delivery {
  readonly ruleArn: string
  readonly targetArn: string
}

/**
 * Checks that every FIFO queue that a rule delivers to makes deduplication ids by itself: EventBridge sends none, and each
 * of its events would be lost ("SqsParameters" in the API reference of PutTargets).
 *
 * @throws {Error} naming the queues.
 */
export const checkDeduplication = (stack: Stack): void => {
  const targets = deliveriesOf(stack).map(({ targetArn }) => targetArn)
  const unfit = queuesOf(stack)
    .map(({ spec }) => spec)
    .filter(
      ({ name, fifo }) => fifo?.contentBasedDeduplication === false && targets.some(endsWith(`:${name}`)),
    )
    .map(({ name }) => name)
  if (unfit.length > 0)
    throw new Error(`rules deliver to ${unfit.join(', ')}, which needs ContentBasedDeduplication`)
}

const endsWith = (suffix: string) => (text: string) => text.endsWith(suffix)

/**
 * Checks that EventBridge may deliver to every target of every rule. Without a permission of the queue or the function
 * AWS accepts the stack, and each event is lost without a word ("Using resource-based policies for Amazon EventBridge").
 *
 * @throws {Error} naming the rules and their targets.
 */
export const checkDeliveries = (stack: Stack): void => {
  const grants = [...queueGrants(stack), ...functionGrants(stack)]
  const denied = deliveriesOf(stack).filter((delivery) => !grants.some((grant) => allows(grant, delivery)))
  if (denied.length === 0) return
  throw new Error(
    denied.map(({ ruleArn, targetArn }) => `${targetArn} does not let ${ruleArn} deliver to it`).join('; '),
  )
}

const deliveriesOf = (stack: Stack): Delivery[] =>
  rulesOf(stack).flatMap(({ arn: ruleArn, targets }) =>
    targets.map(({ arn: targetArn }) => ({ ruleArn, targetArn })),
  )

const deliveryActions = ['sqs:sendmessage', 'lambda:invokefunction']

const allows = (
  { principals, actions, targets, sources }: Grant,
  { ruleArn, targetArn }: Delivery,
): boolean =>
  principals.includes(EVENTBRIDGE) &&
  actions.some((pattern) =>
    deliveryActions.some((action) => matchesPattern(pattern.toLowerCase(), action)),
  ) &&
  targets.some((pattern) => matchesPattern(pattern, targetArn)) &&
  (sources === undefined || sources.some((pattern) => matchesPattern(pattern, ruleArn)))

const policyProperties = z.looseObject({
  Queues: z.array(z.string()),
  PolicyDocument: z.looseObject({
    Statement: z.array(
      z.looseObject({
        Effect: z.enum(['Allow', 'Deny']),
        Principal: z.union([z.literal('*'), z.looseObject({ Service: textOrList.default([]) })]),
        Action: textOrList,
        Resource: textOrList,
        Condition: z.record(z.string(), z.record(z.string(), textOrList)).default({}),
      }),
    ),
  }),
})

const queueGrants = (stack: Stack): Grant[] =>
  stack
    .resources('AWS::SQS::QueuePolicy', policyProperties)
    .flatMap(({ properties }) => properties.PolicyDocument.Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Principal, Action, Resource, Condition }) => ({
      principals: Principal === '*' ? [EVENTBRIDGE] : Principal.Service,
      actions: Action,
      targets: Resource,
      sources: Object.values(Condition).flatMap((keys) => keys['aws:SourceArn'] ?? []),
    }))
    .map((grant) => (grant.sources.length > 0 ? grant : { ...grant, sources: undefined }))

const functionGrants = (stack: Stack): Grant[] =>
  invokePermissionsOf(stack).map(({ spec: { functionArn, permission } }) => ({
    principals: [permission.principal],
    actions: ['lambda:InvokeFunction'],
    targets: [functionArn],
    sources: permission.sourceArn === undefined ? undefined : [permission.sourceArn],
  }))
