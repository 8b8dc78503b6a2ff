import { createHash } from 'node:crypto'

/** A bucket as CreateBucket and PutBucketLifecycleConfiguration would make it. */
export interface BucketSpec {
  readonly name: string
  readonly expirations?: readonly ExpirationRule[]
}

/** A lifecycle rule that expires objects so many days after they were written. */
export interface ExpirationRule {
  readonly prefix: string
  readonly days: number
}

export interface StoredObject {
  readonly key: string
  readonly bytes: Uint8Array
  readonly contentType: string
  /** Milliseconds since 1970; S3 tells whole seconds. */
  readonly lastModified: number
  /** The MD5 of its bytes, for an object written in one piece ("Checking object integrity"). */
  readonly etag: string
}

const DAY_MS = 86_400_000

/** One bucket without versions. Every read sees every write before it ("Amazon S3 data consistency model"). */
export class Bucket {
  readonly spec: BucketSpec
  readonly #objects = new Map<string, StoredObject>()
  readonly #now: () => number

  constructor(spec: BucketSpec, now: () => number) {
    this.spec = spec
    this.#now = now
  }

  /** What the bucket holds, by the bytes of the keys, as lists give it. */
  get objects(): readonly StoredObject[] {
    return [...this.#objects.values()]
      .filter((object) => !this.#isExpired(object))
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)))
  }

  find(key: string): StoredObject | undefined {
    const object = this.#objects.get(key)
    return object === undefined || this.#isExpired(object) ? undefined : object
  }

  put(key: string, bytes: Uint8Array, contentType: string): StoredObject {
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
    const object = { key, bytes, contentType, lastModified: this.#now(), etag }
    this.#objects.set(key, object)
    return object
  }

  /** Deleting what is not there is no error. */
  delete(key: string): void {
    this.#objects.delete(key)
  }

  /**
   * Days are counted to the next midnight of UTC ("Setting lifecycle configuration": the time is rounded up). S3 removes
   * expired objects some time later, without saying when; here they go at once.
   */
  #isExpired({ key, lastModified }: StoredObject): boolean {
    const { expirations = [] } = this.spec
    return expirations
      .filter(({ prefix }) => key.startsWith(prefix))
      .some(({ days }) => (Math.ceil(lastModified / DAY_MS) + days) * DAY_MS <= this.#now())
  }
}
