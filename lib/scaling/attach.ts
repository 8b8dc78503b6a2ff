import * as z from 'zod/mini'

import { changeAttachment } from '../act/attached-group.ts'
import { emptyBucket } from '../act/empty-bucket.ts'
import type { AttachClients } from '../aws/attach-clients.ts'
import { asError, isDenied } from '../aws/errors.ts'
import type { Clock } from '../clock.ts'
import { decideAttachment, type Attachment } from '../decide/attachment.ts'
import { readAttachedGroup, type AttachedGroupReading } from '../observe/attached-group.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Timer } from '../timer.ts'
import { answerTo, parseCustomResourceRequest, type CustomResourceRequest } from './custom-resource.ts'

/** What one execution environment holds between requests. */
export interface AttachEnvironment {
  readonly clients: AttachClients
  readonly clock: Clock
  readonly after: Timer
  readonly telemetry: Telemetry
}

/**
 * Handles one request of CloudFormation, and answers it whatever happens: an unanswered one holds up the stack for an hour.
 *
 * @throws only where there is nobody to answer, or no way to.
 */
export const handleCustomResource = async (environment: AttachEnvironment, event: unknown): Promise<void> => {
  const { clients, telemetry } = environment
  const request = parseCustomResourceRequest(event)
  const { RequestType, ResourceType, ResponseURL, PhysicalResourceId, LogicalResourceId } = request
  const about = { request: RequestType, resource: ResourceType, logicalId: LogicalResourceId }
  try {
    const physicalId = await performPatiently(environment, request)
    telemetry.logger.info('Handled a custom resource', about)
    await clients.respond(ResponseURL, answerTo(request, { status: 'SUCCESS', physicalId }))
  } catch (thrown) {
    const error = asError(thrown)
    telemetry.logger.error('Could not handle a custom resource', { ...about, error })
    const physicalId = PhysicalResourceId ?? LogicalResourceId
    const answer = answerTo(request, { status: 'FAILED', physicalId, reason: error.message })
    await clients.respond(ResponseURL, answer)
  }
}

/** "Changes that I make are not always immediately visible" (IAM): the role came or changed moments before it is used. */
const RIGHTS_ARRIVE_WITHIN_MS = 30_000

const RETRY_DENIED_AFTER_MS = 5_000

/** Everything may be done twice, so it is done again from the start. @returns the physical id. */
const performPatiently = async (
  environment: AttachEnvironment,
  request: CustomResourceRequest,
): Promise<string> => {
  const { clock, after } = environment
  const givesUpAt = clock.now() + RIGHTS_ARRIVE_WITHIN_MS
  for (;;) {
    try {
      return await perform(environment, request)
    } catch (error) {
      if (!isDenied(error) || clock.now() >= givesUpAt) throw error
    }
    await new Promise<void>((resolve) => void after(RETRY_DENIED_AFTER_MS, resolve))
  }
}

/** @returns the physical id. */
const perform = (environment: AttachEnvironment, request: CustomResourceRequest): Promise<string> => {
  if (request.ResourceType === 'Custom::EmptiedBucket') return performEmptiedBucket(environment, request)
  if (request.ResourceType === 'Custom::ScaledGroup') return performScaledGroup(environment.clients, request)
  throw new Error(`this stack has no ${request.ResourceType}`)
}

const emptiedBucket = z.object({ Bucket: z.string() })

/** The right to write was taken away moments ago, and a run that is under way may have it still. */
const RIGHTS_GO_WITHIN_MS = 10_000

/** The bucket may hold what it likes until it goes. */
const performEmptiedBucket = async (
  { clients: { s3 }, after }: AttachEnvironment,
  { RequestType, ResourceProperties }: CustomResourceRequest,
): Promise<string> => {
  const { Bucket } = emptiedBucket.parse(ResourceProperties)
  if (RequestType !== 'Delete') return Bucket
  await emptyBucket(s3, Bucket)
  await new Promise<void>((resolve) => void after(RIGHTS_GO_WITHIN_MS, resolve))
  await emptyBucket(s3, Bucket)
  return Bucket
}

const scaledGroup = z.object({
  AutoScalingGroupName: z.string(),
  TerminationPolicy: z.optional(z.string()),
  Scaler: z.optional(z.string()),
})

/** A group that is gone carries nothing. */
const performScaledGroup = async (
  clients: AttachClients,
  request: CustomResourceRequest,
): Promise<string> => {
  const { autoScaling } = clients
  const { RequestType, ResourceProperties, OldResourceProperties } = request
  const { AutoScalingGroupName: autoScalingGroupName } = scaledGroup.parse(ResourceProperties)
  const group = await readAttachedGroup(autoScaling, autoScalingGroupName)
  const wanted = RequestType === 'Delete' ? {} : attachmentIn(ResourceProperties)
  const before =
    RequestType === 'Delete' ? attachmentIn(ResourceProperties) : attachmentIn(OldResourceProperties)
  if (group === undefined && RequestType !== 'Delete')
    throw new Error(`there is no Auto Scaling group ${autoScalingGroupName}`)
  if (group === undefined) return autoScalingGroupName
  if (wanted.terminationPolicy !== undefined) refuseChoosing(group, autoScalingGroupName)
  for (const action of decideAttachment(group, wanted, before))
    await changeAttachment({ autoScaling, autoScalingGroupName }, action)
  return autoScalingGroupName
}

/** @throws where a function that chooses would only ever stop the group from shrinking. */
const refuseChoosing = ({ hasDefaultRole, isWeighted }: AttachedGroupReading, name: string): void => {
  if (!hasDefaultRole)
    throw new Error(
      `${name} has a service-linked role of its own, with which Auto Scaling may not call our function: set --param chooseVictims=off`,
    )
  if (isWeighted)
    throw new Error(
      `${name} counts its capacity in weights, of which Ebbtide proves no removal, so it could never shrink: take the weights off its overrides, or set --param chooseVictims=off`,
    )
}

/** Absent on a resource that is new. */
const attachmentIn = (properties: Readonly<Record<string, unknown>> | undefined): Attachment => {
  if (properties === undefined) return {}
  const { TerminationPolicy, Scaler } = scaledGroup.parse(properties)
  return {
    ...(TerminationPolicy !== undefined && { terminationPolicy: TerminationPolicy }),
    ...(Scaler !== undefined && { scaler: Scaler }),
  }
}
