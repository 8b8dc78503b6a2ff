import { ServiceError } from '../aws/operation.ts'
import type { Resource } from './resource.ts'

/** A statement of a role's policy, resolved. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Operator → condition key → values, such as `{ ArnEquals: { 'ecs:cluster': ['arn:…'] } }`. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** What is asked for: an action on a resource; undefined where the resource does not follow from the call. */
export interface AccessRequest {
  readonly action: string
  readonly resource: Resource | undefined
}

/** By service id: how its actions are called in policies, and how it says no. */
const services: Readonly<
  Record<string, { readonly prefix: string; readonly denial: string; readonly status: number }>
> = {
  ECS: { prefix: 'ecs', denial: 'AccessDeniedException', status: 400 },
  SQS: { prefix: 'sqs', denial: 'AccessDenied', status: 403 },
  'Auto Scaling': { prefix: 'autoscaling', denial: 'AccessDenied', status: 403 },
  EC2: { prefix: 'ec2', denial: 'UnauthorizedOperation', status: 403 },
  'Elastic Load Balancing v2': { prefix: 'elasticloadbalancing', denial: 'AccessDenied', status: 403 },
  SNS: { prefix: 'sns', denial: 'AuthorizationError', status: 403 },
  S3: { prefix: 's3', denial: 'AccessDenied', status: 403 },
  'ARC Zonal Shift': { prefix: 'arc-zonal-shift', denial: 'AccessDeniedException', status: 403 },
  CloudWatch: { prefix: 'cloudwatch', denial: 'AccessDenied', status: 403 },
}

/** Actions of S3 that are not called like their operation. */
const s3Actions: Readonly<Record<string, string>> = {
  ListObjectsV2: 'ListBucket',
  DeleteObjects: 'DeleteObject',
}

/** SQS authorises a batch call by the action of the single call. */
export const actionOf = (serviceId: string, operation: string): string => {
  if (serviceId === 'S3') return `s3:${s3Actions[operation] ?? operation}`
  const action = serviceId === 'SQS' ? operation.replace(/Batch$/, '') : operation
  return `${serviceOf(serviceId).prefix}:${action}`
}

/** The service's own words for "no". */
export const accessDenied = (serviceId: string, action: string): ServiceError => {
  const { denial, status } = serviceOf(serviceId)
  return new ServiceError(denial, `The caller's role is not authorized to perform: ${action}`, status)
}

/** Some statement allows it and none denies it. */
export const isAllowed = (statements: readonly Statement[], request: AccessRequest): boolean => {
  const applying = statements.filter((statement) => applies(statement, request))
  return (
    applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny')
  )
}

const applies = (statement: Statement, { action, resource }: AccessRequest): boolean =>
  statement.actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
  (resource === undefined || statement.resources.some((pattern) => matchesPattern(pattern, resource.arn))) &&
  holdsConditions(statement, resource)

const conditionOperators = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']

const holdsConditions = ({ conditions }: Statement, resource: Resource | undefined): boolean =>
  Object.entries(conditions).every(([operator, keys]) => {
    if (!conditionOperators.includes(operator))
      throw new Error(`the condition operator ${operator} is not modelled`)
    return Object.entries(keys).every(([key, values]) => holdsCondition(key, values, resource))
  })

const holdsCondition = (key: string, values: readonly string[], resource: Resource | undefined): boolean => {
  if (key !== 'ecs:cluster') throw new Error(`the condition key ${key} is not modelled`)
  const clusterArn = resource?.clusterArn
  return clusterArn !== undefined && values.some((pattern) => matchesPattern(pattern, clusterArn))
}

const serviceOf = (serviceId: string) => {
  const service = services[serviceId]
  if (service === undefined) throw new Error(`the IAM actions of ${serviceId} are not modelled`)
  return service
}

const expressions = new Map<string, RegExp>()

/** `*` and `?` as in policies. A rehearsal asks the same few patterns for every call, so they are kept compiled. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const known = expressions.get(pattern)
  if (known !== undefined) return known.test(text)
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${source}$`, 's')
  expressions.set(pattern, expression)
  return expression.test(text)
}
