import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ECSClient } from '@aws-sdk/client-ecs'
import { S3Client } from '@aws-sdk/client-s3'

import { limits } from './clients.ts'
import { createZonalShiftClient, type ZonalShiftClient } from './zonal-shift-client.ts'

/** What measuring and scaling call. */
export interface CapacityClients {
  readonly autoScaling: AutoScalingClient
  /** For what must not be done twice: it asks once, and whoever asked looks again before asking for more. */
  readonly autoScalingOnce: AutoScalingClient
  readonly ec2: EC2Client
  readonly ecs: ECSClient
  readonly s3: S3Client
  readonly zonalShift: ZonalShiftClient
}

/** Region and credentials come from Lambda's environment. Build once for each execution environment. */
export const createCapacityClients = (): CapacityClients => {
  const autoScaling = new AutoScalingClient(limits)
  return {
    autoScaling,
    autoScalingOnce: new AutoScalingClient({ ...limits, maxAttempts: 1 }),
    ec2: new EC2Client(limits),
    ecs: new ECSClient(limits),
    s3: new S3Client(limits),
    zonalShift: createZonalShiftClient(autoScaling),
  }
}
