import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'

import { during, isGone } from './errors.ts'

export interface ObjectPlace {
  readonly s3: S3Client
  readonly bucket: string
  readonly key: string
}

/** The object's JSON. Undefined: there is no such object. */
export const readObject = async ({ s3, bucket, key }: ObjectPlace): Promise<unknown> => {
  try {
    return await during(`reading ${key}`, async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return JSON.parse((await Body?.transformToString()) ?? '') as unknown
    })
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Writes a value as JSON over whatever was there. Written twice it is the same. */
export const writeObject = async ({ s3, bucket, key }: ObjectPlace, value: object): Promise<void> => {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: JSON.stringify(value),
    ContentType: 'application/json',
  })
  await during(`writing ${key}`, () => s3.send(command))
}
