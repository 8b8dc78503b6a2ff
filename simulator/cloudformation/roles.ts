import * as z from 'zod'
import type { Statement } from '../sdk/permission.ts'
import type { Stack } from './stack.ts'

/** Policies write one text in place of a list of one. */
export const textOrList = z.union([z.string().transform((one) => [one]), z.array(z.string())])

/** Strict: NotAction, NotResource and principals say more than what is checked here. */
const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: textOrList,
    Resource: textOrList,
    Condition: z.record(z.string(), z.record(z.string(), textOrList)).default({}),
  })
  .transform(({ Effect, Action, Resource, Condition }): Statement => ({
    effect: Effect,
    actions: Action,
    resources: Resource,
    conditions: Condition,
  }))

const statements = z.union([z.array(statementSchema), statementSchema.transform((one) => [one])])
const policyDocument = z.looseObject({ Statement: statements })

const roleProperties = z.looseObject({
  Policies: z.array(z.looseObject({ PolicyDocument: policyDocument })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
})

const policyProperties = z.looseObject({
  PolicyDocument: policyDocument,
  Roles: z.array(z.string()).default([]),
})

const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

/** By ARN: the actions of AWS's own policies that functions of a stack are given. */
const managedPolicies: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': logActions,
  'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole': [...queueActions, ...logActions],
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess': ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
}

/**
 * Everything that a role of the stack is allowed or denied.
 *
 * @throws {Error} when the role is not in the stack or has a managed policy that is not modelled.
 */
export const statementsOfRole = (stack: Stack, roleArn: string): Statement[] => {
  const role = stack
    .resources('AWS::IAM::Role', roleProperties)
    .find(({ attributes }) => attributes['Arn'] === roleArn)
  if (role === undefined) throw new Error(`the stack has no role ${roleArn}`)
  const attached = stack
    .resources('AWS::IAM::Policy', policyProperties)
    .map(({ properties }) => properties)
    .filter(({ Roles }) => Roles.includes(role.ref))
  return [
    ...role.properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...attached.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...role.properties.ManagedPolicyArns.map(managedStatement),
  ]
}

const managedStatement = (arn: string): Statement => {
  const actions = managedPolicies[arn]
  if (actions === undefined) throw new Error(`the managed policy ${arn} is not modelled`)
  return { effect: 'Allow', actions, resources: ['*'], conditions: {} }
}
