import { describe, expect, it } from '@jest/globals'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { BucketSpec } from '../../../../simulator/aws/s3/bucket.ts'
import { S3 } from '../../../../simulator/aws/s3/s3.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import { operator } from '../../../../simulator/sdk/caller.ts'
import type { Statement } from '../../../../simulator/sdk/permission.ts'
import { SdkTransport } from '../../../../simulator/sdk/sdk-transport.ts'
import { answered } from '../answered.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const Bucket = 'ebbtide-web'
const noon = Date.UTC(2026, 10, 20, 12)

const allow = (actions: readonly string[], resource: string): Statement => ({
  effect: 'Allow',
  actions,
  resources: [resource],
  conditions: {},
})

const setUp = (bucket: Partial<BucketSpec> = {}) => {
  const simulation = new Simulation({ seed: 1, startsAt: noon })
  const s3 = new S3({ simulation })
  s3.createBucket({ name: Bucket, ...bucket })
  const transport = new SdkTransport({ simulation, account, models: [s3.model] })
  const clientFor = (statements?: readonly Statement[]) => {
    const client = new S3Client({})
    transport.attach(client, { ...operator(simulation), statements })
    return client
  }
  const client = clientFor()
  const put = (Key: string, Body = '') =>
    answered(simulation, client.send(new PutObjectCommand({ Bucket, Key, Body })))
  const get = (Key: string, from = client) =>
    answered(simulation, from.send(new GetObjectCommand({ Bucket, Key })))
  const keys = async (Prefix?: string) => {
    const page = await answered(simulation, client.send(new ListObjectsV2Command({ Bucket, Prefix })))
    return (page.Contents ?? []).map(({ Key }) => Key)
  }
  return { simulation, s3, client, clientFor, put, get, keys }
}

describe('a bucket, called through the SDK', () => {
  it('gives back what was written, at once and as a stream that becomes a text', async () => {
    const { put, get } = setUp()
    await put('candidates/web.json', '{"version":1}')
    await put('candidates/web.json', '{"version":2,"größe":1}')
    const object = await get('candidates/web.json')
    expect(await object.Body?.transformToString()).toBe('{"version":2,"größe":1}')
    expect(object).toMatchObject({
      ContentLength: 25,
      ContentType: 'application/octet-stream',
      ETag: '"dd3129c2028d2fb78d8c5322b297b38a"',
      LastModified: new Date(noon),
    })
  })

  it('says that an object is missing to whom may list, and "denied" to everybody else', async () => {
    const { get, clientFor } = setUp()
    const read = allow(['s3:GetObject'], `arn:aws:s3:::${Bucket}/*`)
    const lister = clientFor([read, allow(['s3:ListBucket'], `arn:aws:s3:::${Bucket}`)])
    await expect(get('absent', lister)).rejects.toBeInstanceOf(NoSuchKey)
    await expect(get('absent', clientFor([read]))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    })
  })

  it('lets a role read only what its policy names', async () => {
    const { put, get, clientFor } = setUp()
    await put('candidates/web.json', 'yes')
    await put('secret', 'no')
    const reader = clientFor([allow(['s3:GetObject'], `arn:aws:s3:::${Bucket}/candidates/*`)])
    expect(await (await get('candidates/web.json', reader)).Body?.transformToString()).toBe('yes')
    await expect(get('secret', reader)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('deletes, and deletes again without an error', async () => {
    const { simulation, client, put, keys } = setUp()
    await put('a')
    for (const _time of ['once', 'again'])
      await answered(simulation, client.send(new DeleteObjectCommand({ Bucket, Key: 'a' })))
    expect(await keys()).toEqual([])
  })

  it('deletes several at once, each only where the role may', async () => {
    const { simulation, clientFor, put, keys } = setUp()
    for (const key of ['a/1', 'a/2', 'b']) await put(key)
    const cleaner = clientFor([allow(['s3:DeleteObject'], `arn:aws:s3:::${Bucket}/a/*`)])
    const remove = (...names: readonly string[]) => {
      const Delete = { Objects: names.map((Key) => ({ Key })), Quiet: true }
      return answered(simulation, cleaner.send(new DeleteObjectsCommand({ Bucket, Delete })))
    }
    await remove('a/1', 'a/2')
    await expect(remove('b')).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await keys()).toEqual(['b'])
  })

  it('lists the keys with a prefix, page by page', async () => {
    const { simulation, client, put, keys } = setUp()
    for (const key of ['b/2', 'a', 'b/1', 'b/3', 'c']) await put(key)
    expect(await keys()).toEqual(['a', 'b/1', 'b/2', 'b/3', 'c'])
    const listed: (string | undefined)[][] = []
    const pages = paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: 'b/' })
    const read = async () => {
      for await (const { Contents = [] } of pages) listed.push(Contents.map(({ Key }) => Key))
    }
    await answered(simulation, read())
    expect(listed).toEqual([['b/1', 'b/2'], ['b/3']])
  })

  it('has no bucket that nobody made, and refuses what is not modelled', async () => {
    const { simulation, client } = setUp()
    await expect(
      answered(simulation, client.send(new GetObjectCommand({ Bucket: 'other', Key: 'a' }))),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' })
    await expect(
      answered(simulation, client.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=0-1' }))),
    ).rejects.toThrow('GetObject with Range')
    await expect(client.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource: 'b' }))).rejects.toThrow(
      'does not model CopyObject',
    )
  })
})

describe('a bucket whose lifecycle expires objects', () => {
  it('drops them at the midnight after so many days, and keeps the others', async () => {
    const { simulation, put, keys } = setUp({ expirations: [{ prefix: 'candidates/', days: 1 }] })
    await put('candidates/web.json')
    await put('kept')
    await simulation.runUntil(Date.UTC(2026, 10, 21, 23, 59))
    expect(await keys()).toEqual(['candidates/web.json', 'kept'])
    await simulation.runUntil(Date.UTC(2026, 10, 22))
    expect(await keys()).toEqual(['kept'])
  })
})
