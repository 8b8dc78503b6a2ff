import * as z from 'zod'
import type { BucketSpec, ExpirationRule } from '../aws/s3/bucket.ts'
import type { Specified, Stack } from './stack.ts'

const expirationRule = z
  .strictObject({
    Id: z.string().optional(),
    Status: z.enum(['Enabled', 'Disabled']),
    Prefix: z.string().default(''),
    ExpirationInDays: z.coerce.number().int().min(1).optional(),
    // Nothing here leaves uploads unfinished.
    AbortIncompleteMultipartUpload: z.unknown().optional(),
  })
  .transform(({ Status, Prefix, ExpirationInDays }): ExpirationRule[] =>
    Status === 'Enabled' && ExpirationInDays !== undefined
      ? [{ prefix: Prefix, days: ExpirationInDays }]
      : [],
  )

/** Strict: versions, replication or notifications would change what the bucket does and are refused. */
const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(expirationRule) }).optional(),
  // These change nothing that is simulated: who outside the account may read, and how bytes lie on disks.
  PublicAccessBlockConfiguration: z.unknown().optional(),
  BucketEncryption: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  Tags: z.unknown().optional(),
})

export const bucketsOf = (stack: Stack): Specified<BucketSpec>[] =>
  stack.resources('AWS::S3::Bucket', bucketProperties).map(({ logicalId, ref, properties }) => ({
    logicalId,
    spec: { name: ref, expirations: properties.LifecycleConfiguration?.Rules.flat() ?? [] },
  }))
