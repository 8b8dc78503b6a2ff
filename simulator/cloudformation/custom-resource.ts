import * as z from 'zod'

/** A resource that a function of somebody's own makes and unmakes. */
export interface CustomResource {
  readonly logicalId: string
  /** `Custom::Name` or `AWS::CloudFormation::CustomResource`. */
  readonly type: string
  /** The function, by ARN. */
  readonly serviceToken: string
  /** As they reach the function: every number and truth value as a text. */
  readonly properties: Readonly<Record<string, unknown>>
  /** How long CloudFormation waits for the answer. */
  readonly serviceTimeoutSeconds: number
}

/** "CreateCustomResource": an hour, unless `ServiceTimeout` says less. */
const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3_600

/** An answer has at most 4096 bytes ("Custom resource response objects"). */
const MAX_ANSWER_BYTES = 4_096

const propertiesSchema = z.looseObject({
  ServiceToken: z.string(),
  ServiceTimeout: z.coerce.number().int().min(1).max(DEFAULT_SERVICE_TIMEOUT_SECONDS).optional(),
})

export const isCustomType = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'

/** @throws {Error} naming the resource without a usable ServiceToken. */
export const customResourceOf = (logicalId: string, type: string, properties: unknown): CustomResource => {
  const read = propertiesSchema.safeParse(properties)
  if (!read.success) throw new Error(`${logicalId}: ${z.prettifyError(read.error)}`)
  const { ServiceToken, ServiceTimeout = DEFAULT_SERVICE_TIMEOUT_SECONDS } = read.data
  if (!ServiceToken.includes(':lambda:'))
    throw new Error(`${logicalId}: a custom resource behind ${ServiceToken} is not modelled`)
  return {
    logicalId,
    type,
    serviceToken: ServiceToken,
    properties: asTexts(read.data) as CustomResource['properties'],
    serviceTimeoutSeconds: ServiceTimeout,
  }
}

/** CloudFormation hands over every scalar as a text ("Custom resource request objects"). */
const asTexts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asTexts)
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asTexts(field)]))
}

export type CustomRequestType = 'Create' | 'Update' | 'Delete'

/** What the function receives ("Custom resource request objects"). */
export const customRequest = (
  { logicalId, type, serviceToken, properties }: CustomResource,
  about: {
    readonly requestType: CustomRequestType
    readonly requestId: string
    readonly responseUrl: string
    readonly stackId: string
    /** Undefined at creation. */
    readonly physicalId: string | undefined
    /** As they were. Undefined where it is no update. */
    readonly oldProperties: CustomResource['properties'] | undefined
  },
): object => ({
  RequestType: about.requestType,
  RequestId: about.requestId,
  ResponseURL: about.responseUrl,
  ServiceToken: serviceToken,
  StackId: about.stackId,
  ResourceType: type,
  LogicalResourceId: logicalId,
  ...(about.physicalId !== undefined && { PhysicalResourceId: about.physicalId }),
  ResourceProperties: properties,
  ...(about.oldProperties !== undefined && { OldResourceProperties: about.oldProperties }),
})

const answerSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
})

export type CustomAnswer =
  | { readonly status: 'SUCCESS'; readonly physicalId: string }
  | { readonly status: 'FAILED'; readonly reason: string }

/** Reads what was put to the response URL. An answer that does not fit its request fails the resource. */
export const readAnswer = (
  body: string,
  request: { readonly stackId: string; readonly requestId: string; readonly logicalId: string },
): CustomAnswer => {
  if (Buffer.byteLength(body) > MAX_ANSWER_BYTES) return failed('Response object is too long.')
  const answer = answerSchema.safeParse(jsonOrNothing(body))
  if (!answer.success) return failed(`Invalid response object: ${z.prettifyError(answer.error)}`)
  const { Status, Reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId } = answer.data
  if (
    StackId !== request.stackId ||
    RequestId !== request.requestId ||
    LogicalResourceId !== request.logicalId
  )
    return failed('The response object answers another request.')
  if (Status === 'SUCCESS') return { status: 'SUCCESS', physicalId: PhysicalResourceId }
  // A failure needs a reason; without one CloudFormation says so in its place.
  return failed(Reason ?? 'Invalid response object: Reason is missing.')
}

const failed = (reason: string): CustomAnswer => ({ status: 'FAILED', reason })

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
