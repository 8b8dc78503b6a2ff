import type {
  DeleteObjectCommandInput,
  DeleteObjectsCommandInput,
  GetObjectCommandInput,
  ListObjectsV2CommandInput,
  PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { ServiceError, type Operation } from '../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import type { StoredObject } from './bucket.ts'
import type { S3 } from './s3.ts'

/** "ListObjectsV2": so many keys in one answer, if nothing less is asked for. */
const MAX_LISTED_KEYS = 1_000

/** "DeleteObjects": so many keys in one request. */
const MAX_DELETED_KEYS = 1_000

/** The operations of S3 that the simulator models, in the shapes of the SDK. */
export const s3Operations = (s3: S3): Readonly<Record<string, Operation>> => ({
  GetObject: (input: GetObjectCommandInput) => getObject(s3, input),
  PutObject: (input: PutObjectCommandInput) => putObject(s3, input),
  DeleteObject: (input: DeleteObjectCommandInput) => {
    refuseUnmodelledMembers('DeleteObject', input, ['Bucket', 'Key'])
    s3.bucketNamed(required('Bucket', input.Bucket)).delete(required('Key', input.Key))
    return {}
  },
  DeleteObjects: (input: DeleteObjectsCommandInput) => deleteObjects(s3, input),
  ListObjectsV2: (input: ListObjectsV2CommandInput) => listObjects(s3, input),
})

const getObject = (s3: S3, input: GetObjectCommandInput): object => {
  refuseUnmodelledMembers('GetObject', input, ['Bucket', 'Key'])
  const object = s3.bucketNamed(required('Bucket', input.Bucket)).find(required('Key', input.Key))
  if (object === undefined) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404)
  return {
    Body: object.bytes,
    ContentLength: object.bytes.byteLength,
    ContentType: object.contentType,
    ETag: object.etag,
    LastModified: lastModified(object),
  }
}

const putObject = (s3: S3, input: PutObjectCommandInput): object => {
  refuseUnmodelledMembers('PutObject', input, ['Bucket', 'Key', 'Body', 'ContentType'])
  const { ContentType = 'application/octet-stream' } = input
  const bucket = s3.bucketNamed(required('Bucket', input.Bucket))
  return { ETag: bucket.put(required('Key', input.Key), bytesOf(input.Body), ContentType).etag }
}

const bytesOf = (body: PutObjectCommandInput['Body']): Uint8Array => {
  if (body === undefined) return new Uint8Array()
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return body
  throw notModelled('PutObject with a stream')
}

const deleteObjects = (s3: S3, input: DeleteObjectsCommandInput): object => {
  refuseUnmodelledMembers('DeleteObjects', input, ['Bucket', 'Delete'])
  const bucket = s3.bucketNamed(required('Bucket', input.Bucket))
  const { Objects: objects = [], Quiet } = input.Delete ?? {}
  if (objects.length === 0 || objects.length > MAX_DELETED_KEYS)
    throw new ServiceError('MalformedXML', `A request deletes 1 to ${MAX_DELETED_KEYS} objects.`)
  const keys = objects.map(({ Key }) => required('Key', Key))
  for (const key of keys) bucket.delete(key)
  return Quiet === true ? {} : { Deleted: keys.map((Key) => ({ Key })) }
}

const listObjects = (s3: S3, input: ListObjectsV2CommandInput): object => {
  refuseUnmodelledMembers('ListObjectsV2', input, ['Bucket', 'Prefix', 'MaxKeys', 'ContinuationToken'])
  const { Prefix = '', MaxKeys = MAX_LISTED_KEYS, ContinuationToken } = input
  const { spec, objects } = s3.bucketNamed(required('Bucket', input.Bucket))
  const found = objects.filter(({ key }) => key.startsWith(Prefix))
  // A token names the last key of the page before it, so that keys written between two pages move nothing.
  const start =
    ContinuationToken === undefined ? 0 : found.findIndex(({ key }) => key > keyOf(ContinuationToken))
  const page = start === -1 ? [] : found.slice(start, start + Math.min(MaxKeys, MAX_LISTED_KEYS))
  const last = page.at(-1)
  const isTruncated = last !== undefined && last !== found.at(-1)
  return {
    Name: spec.name,
    Prefix,
    MaxKeys,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ...(isTruncated && { NextContinuationToken: tokenAfter(last.key) }),
    ...(page.length > 0 && { Contents: page.map(listed) }),
  }
}

const listed = (object: StoredObject): object => ({
  Key: object.key,
  Size: object.bytes.byteLength,
  ETag: object.etag,
  LastModified: lastModified(object),
  StorageClass: 'STANDARD',
})

const lastModified = (object: StoredObject): Date => new Date(Math.floor(object.lastModified / 1000) * 1000)

const tokenAfter = (key: string): string => Buffer.from(key).toString('base64')

const keyOf = (token: string): string => Buffer.from(token, 'base64').toString()

const required = (member: string, value: string | undefined): string => {
  if (value !== undefined && value !== '') return value
  throw new Error(`the SDK would refuse an empty value for ${member}`)
}
