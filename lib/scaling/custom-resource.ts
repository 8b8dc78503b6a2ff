import * as z from 'zod/mini'

/** CloudFormation writes every property as text ("Custom resource request objects"). */
const properties = z.record(z.string(), z.unknown())

const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceType: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: properties,
  OldResourceProperties: z.optional(properties),
})

/** What CloudFormation asks of a custom resource. */
export type CustomResourceRequest = z.output<typeof request>

/** @throws when it is none of CloudFormation's; there is then nobody to answer. */
export const parseCustomResourceRequest = (event: unknown): CustomResourceRequest => request.parse(event)

/** What came of it. CloudFormation keeps the physical id, and deletes under the old one when it changes. */
type CustomResourceOutcome =
  | { readonly status: 'SUCCESS'; readonly physicalId: string }
  | { readonly status: 'FAILED'; readonly physicalId: string; readonly reason: string }

/** "Custom resource response objects": the answer may have 4,096 bytes in all. */
const LONGEST_REASON = 1_000

export const answerTo = (asked: CustomResourceRequest, outcome: CustomResourceOutcome): string =>
  JSON.stringify({
    Status: outcome.status,
    ...(outcome.status === 'FAILED' && { Reason: outcome.reason.slice(0, LONGEST_REASON) }),
    PhysicalResourceId: outcome.physicalId,
    StackId: asked.StackId,
    RequestId: asked.RequestId,
    LogicalResourceId: asked.LogicalResourceId,
  })
