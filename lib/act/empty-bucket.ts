import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'

import { during, isGone } from '../aws/errors.ts'
import { allPages } from '../aws/pages.ts'

/** Deletes every object of a bucket; there are two for each group at most. A bucket that is gone is empty. */
export const emptyBucket = async (s3: S3Client, bucket: string): Promise<void> => {
  const keys = await during(`listing the objects of ${bucket}`, () => listKeys(s3, bucket)).catch(
    (error: unknown) => {
      if (isGone(error)) return []
      throw error
    },
  )
  for (const key of keys)
    await during(`deleting ${key}`, () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })))
}

const listKeys = (s3: S3Client, bucket: string): Promise<readonly string[]> =>
  allPages(async (ContinuationToken) => {
    const answer = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken }))
    return {
      items: (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []),
      token: answer.NextContinuationToken,
    }
  })
