import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { S3Client } from '@aws-sdk/client-s3'

import { answerCloudFormation, type Respond } from './answer-cloudformation.ts'
import { limits } from './clients.ts'

/** What the custom resources of the stack call. */
export interface AttachClients {
  readonly autoScaling: AutoScalingClient
  readonly s3: S3Client
  readonly respond: Respond
}

/** Region and credentials come from Lambda's environment. */
export const createAttachClients = (): AttachClients => ({
  autoScaling: new AutoScalingClient(limits),
  s3: new S3Client(limits),
  respond: answerCloudFormation,
})
