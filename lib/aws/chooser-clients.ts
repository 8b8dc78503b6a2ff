import { ECSClient } from '@aws-sdk/client-ecs'
import { S3Client } from '@aws-sdk/client-s3'

/** What choosing victims calls. */
export interface ChooserClients {
  readonly ecs: ECSClient
  readonly s3: S3Client
}

/** One call that hangs must not take the whole second that there is; a second attempt still fits beside it. */
const limits = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 300, requestTimeout: 500, throwOnRequestTimeout: true },
} as const

/** Region and credentials come from Lambda's environment. */
export const createChooserClients = (): ChooserClients => ({
  ecs: new ECSClient(limits),
  s3: new S3Client(limits),
})
