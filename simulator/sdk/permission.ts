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
interface AccessRequest {
  readonly action: string
  readonly resource: Resource | undefined
  /** What is there of the resource when the call arrives. Absent: nothing that is modelled carries tags. */
  readonly tagsOf?: TagsOf
}

/** The tags of a resource, by ARN. */
export type TagsOf = (arn: string) => Readonly<Record<string, string>>

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

const applies = (statement: Statement, request: AccessRequest): boolean => {
  const { action, resource } = request
  return (
    statement.actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
    (resource === undefined ||
      statement.resources.some((pattern) => matchesPattern(pattern, resource.arn))) &&
    holdsConditions(statement, request)
  )
}

const conditionOperators = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike']
/** True where nothing is asked of: each value that is there must fit. */
const FOR_ALL_VALUES = 'ForAllValues:'

const holdsConditions = ({ conditions }: Statement, request: AccessRequest): boolean =>
  Object.entries(conditions).every(([operator, keys]) => {
    if (!conditionOperators.includes(operator.replace(FOR_ALL_VALUES, '')))
      throw new Error(`the condition operator ${operator} is not modelled`)
    const holds = operator.startsWith(FOR_ALL_VALUES) ? everyValueFits : oneValueFits
    return Object.entries(keys).every(([key, patterns]) => holds(valuesOf(key, request), patterns))
  })

const oneValueFits = (values: readonly string[], patterns: readonly string[]): boolean =>
  values.some((value) => patterns.some((pattern) => matchesPattern(pattern, value)))

const everyValueFits = (values: readonly string[], patterns: readonly string[]): boolean =>
  values.every((value) => patterns.some((pattern) => matchesPattern(pattern, value)))

const RESOURCE_TAG = /^(?:aws|autoscaling):ResourceTag\/(.+)$/

/** What a request says to a condition key. Empty: it has no such key. */
const valuesOf = (key: string, { resource, tagsOf }: AccessRequest): readonly string[] => {
  if (key === 'ecs:cluster') return resource?.clusterArn === undefined ? [] : [resource.clusterArn]
  if (key === 'aws:TagKeys') return resource?.tagKeys ?? []
  const [, tag] = RESOURCE_TAG.exec(key) ?? []
  if (tag === undefined) throw new Error(`the condition key ${key} is not modelled`)
  const value = resource === undefined ? undefined : tagsOf?.(resource.arn)[tag]
  return value === undefined ? [] : [value]
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
