/**
 * The request buckets of ECS for each account and region ("Request throttling for the Amazon ECS API"): so many requests
 * at once, and so many a second in the long run. They are shared by everybody in the account.
 */
const buckets = {
  'cluster-modify': { burst: 100, perSecond: 40 },
  'cluster-read': { burst: 100, perSecond: 20 },
  'service-read': { burst: 100, perSecond: 20 },
} as const

type BucketName = keyof typeof buckets

const bucketOf: Readonly<Record<string, BucketName>> = {
  UpdateContainerInstancesState: 'cluster-modify',
  PutAttributes: 'cluster-modify',
  StopTask: 'cluster-modify',
  DeregisterContainerInstance: 'cluster-modify',
  DescribeContainerInstances: 'cluster-read',
  ListContainerInstances: 'cluster-read',
  DescribeTasks: 'cluster-read',
  ListTasks: 'cluster-read',
  ListAttributes: 'cluster-read',
  DescribeServices: 'service-read',
  ListServices: 'service-read',
}

interface Level {
  tokens: number
  filledAt: number
}

/** Token buckets of which others of the account have taken their share. */
export class RequestBuckets {
  readonly #now: () => number
  readonly #share: number
  readonly #levels = new Map<BucketName, Level>()

  /** `share`: what is left to us, of the burst and of the rate alike; 1 for the whole bucket. */
  constructor(now: () => number, share: number) {
    this.#now = now
    this.#share = share
  }

  /** Takes a token for the call. False: there is none, and ECS throttles. */
  take(operation: string): boolean {
    const name = bucketOf[operation]
    if (name === undefined) return true
    const level = this.#filled(name)
    if (level.tokens < 1) return false
    level.tokens -= 1
    return true
  }

  #filled(name: BucketName): Level {
    const { burst, perSecond } = buckets[name]
    const most = Math.max(1, burst * this.#share)
    const now = this.#now()
    const level = this.#levels.get(name) ?? { tokens: most, filledAt: now }
    const gained = ((now - level.filledAt) / 1_000) * perSecond * this.#share
    const filled = { tokens: Math.min(most, level.tokens + gained), filledAt: now }
    this.#levels.set(name, filled)
    return filled
  }
}
