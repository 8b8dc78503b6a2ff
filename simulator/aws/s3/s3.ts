import type { Simulation } from '../../engine/simulation.ts'
import { ServiceError, type ServiceModel } from '../operation.ts'
import { Bucket, type BucketSpec } from './bucket.ts'
import { presentS3Output } from './object-stream.ts'
import { s3Operations } from './s3-operations.ts'

/** Simulated Amazon S3: the buckets of one account. */
export class S3 {
  readonly #simulation: Simulation
  readonly #buckets = new Map<string, Bucket>()

  constructor({ simulation }: { readonly simulation: Simulation }) {
    this.#simulation = simulation
  }

  /** What an SDK client may call. */
  get model(): ServiceModel {
    return { serviceId: 'S3', operations: s3Operations(this), present: presentS3Output }
  }

  get buckets(): readonly Bucket[] {
    return [...this.#buckets.values()]
  }

  /** @throws {ServiceError} `BucketAlreadyOwnedByYou` */
  createBucket(spec: BucketSpec): Bucket {
    if (this.#buckets.has(spec.name))
      throw new ServiceError('BucketAlreadyOwnedByYou', `You own a bucket named ${spec.name} already.`, 409)
    const bucket = new Bucket(spec, this.#simulation.now)
    this.#buckets.set(spec.name, bucket)
    return bucket
  }

  /** @throws {ServiceError} `NoSuchBucket`, or `BucketNotEmpty` as CloudFormation would meet it. */
  deleteBucket(name: string): void {
    if (this.bucketNamed(name).objects.length > 0)
      throw new ServiceError('BucketNotEmpty', `The bucket ${name} is not empty.`, 409)
    this.#buckets.delete(name)
  }

  /** @throws {ServiceError} `NoSuchBucket` */
  bucketNamed(name: string): Bucket {
    const bucket = this.#buckets.get(name)
    if (bucket === undefined)
      throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist.', 404)
    return bucket
  }
}
