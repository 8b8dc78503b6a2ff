import { ServiceError, type ServiceModel } from '../aws/operation.ts'
import type { Random } from '../engine/random.ts'
import type { Call, CallFault, CallFaults } from '../sdk/call-fault.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import type { FaultOdds } from './fault-odds.ts'
import { Past } from './past.ts'
import type { RareState, Reached } from './reached.ts'
import { RequestBuckets } from './request-buckets.ts'
import { isRemembered, staleAnswer } from './stale-answer.ts'

/** So much longer a slow call takes. */
const SLOW_MS = { least: 1_000, most: 8_000 } as const

/** Longer than any function of ours may run. */
const HUNG_MS = 120_000

export interface CallFaultOptions {
  readonly world: World
  readonly odds: FaultOdds
  readonly reached: Reached
  /** How old an answer may be, milliseconds. */
  readonly stalenessMs: number
}

/** Chooses what goes wrong with each call of our functions. One thing at a time for each call. */
export const callFaults = (options: CallFaultOptions): CallFaults => {
  const { world, odds, reached } = options
  const random = world.simulation.randomFor('call faults')
  const buckets = new RequestBuckets(world.simulation.now, odds.bucketShare)
  const past = odds.calls.stale > 0 ? new Past(world) : undefined
  const draws: readonly Draw[] = [
    { odds: odds.calls.heartbeatThrottled, fault: throttledHeartbeat },
    { odds: odds.calls.refused, fault: (made) => refused(made, random) },
    { odds: odds.calls.hung, fault: () => ({ state: 'hung call', kind: 'slow', extraMs: HUNG_MS }) },
    { odds: odds.calls.slow, fault: () => slow(random) },
    {
      odds: odds.calls.answerLost,
      fault: (made) => ({
        ...(isWrite(made) && { state: 'answer lost' }),
        kind: 'answer-lost',
        error: brokenError(made),
      }),
    },
    {
      odds: odds.calls.repeated,
      fault: (made) =>
        isWrite(made) && !isAskedOnce(made) ? { state: 'retry after effect', kind: 'repeated' } : undefined,
    },
    { odds: odds.calls.itemsFailed, fault: (made) => itemsFailed(world, random, made) },
    { odds: odds.calls.stale, fault: (made) => past && stale({ ...options, past, random, made }) },
    { odds: odds.calls.onePage, fault: (made) => onePage(world, made) },
  ]
  return (made) => {
    if (!buckets.take(made.operation)) return told(reached, made, throttled(made))
    // Every chance is drawn for every call, so that a fault which is switched off does not move the course of others.
    const chosen = draws.filter((draw) => random.chance(draw.odds))
    for (const { fault } of chosen) {
      const found = fault(made)
      if (found !== undefined) return told(reached, made, found)
    }
    return undefined
  }
}

/** A fault, and the rare state that it stands for. Undefined: whoever carries it out counts it. */
type NamedFault = CallFault & { readonly state?: RareState }

interface Draw {
  readonly odds: number
  readonly fault: (made: Call) => NamedFault | undefined
}

const told = (reached: Reached, { operation }: Call, { state, ...fault }: NamedFault): CallFault => {
  if (state !== undefined) reached.add(state)
  const isThrottled = fault.kind === 'refused' && fault.error.code === errors['Auto Scaling']?.throttled
  if (isThrottled && operation === 'RecordLifecycleActionHeartbeat') reached.add('throttled heartbeat')
  return fault
}

const throttledHeartbeat = (made: Call): NamedFault | undefined =>
  made.operation === 'RecordLifecycleActionHeartbeat' ? throttled(made) : undefined

const isWrite = ({ operation }: Call): boolean => !/^(Describe|List|Get)/.test(operation)

/** The product removes instances with a client that never asks again by itself (`autoScalingOnce`). */
const isAskedOnce = ({ operation, input }: Call): boolean =>
  operation === 'TerminateInstanceInAutoScalingGroup' && input['ShouldDecrementDesiredCapacity'] === true

/** By service, how each says that it was asked too often, and that it is broken. */
const errors: Readonly<Record<string, { readonly throttled: string; readonly broken: string }>> = {
  ECS: { throttled: 'ThrottlingException', broken: 'ServerException' },
  'Auto Scaling': { throttled: 'Throttling', broken: 'InternalFailure' },
  SQS: { throttled: 'RequestThrottled', broken: 'InternalError' },
  EC2: { throttled: 'RequestLimitExceeded', broken: 'InternalError' },
}

const OTHERS = { throttled: 'Throttling', broken: 'InternalFailure' } as const

const throttled = ({ service }: Call): NamedFault => ({
  state: 'throttled call',
  kind: 'refused',
  error: new ServiceError((errors[service] ?? OTHERS).throttled, 'Rate exceeded'),
})

const brokenError = ({ service }: Call): ServiceError =>
  new ServiceError((errors[service] ?? OTHERS).broken, 'An unexpected error occurred', 500)

/** Throttled, broken or, by Auto Scaling, contended: a third each. */
const refused = (made: Call, random: Random): NamedFault => {
  const kind = random.integer(0, 2)
  if (kind === 0) return { ...throttled(made), state: 'refused call' }
  const error =
    kind === 1 && made.service === 'Auto Scaling' && isWrite(made)
      ? new ServiceError('ResourceContention', 'Another operation is in progress', 500)
      : brokenError(made)
  return { state: 'refused call', kind: 'refused', error }
}

const slow = (random: Random): NamedFault => ({
  state: 'slow call',
  kind: 'slow',
  extraMs: random.integer(SLOW_MS.least, SLOW_MS.most),
})

/** By operation, under which name its input and its output have the things that it is about. */
const listsOf: Readonly<Record<string, string>> = {
  DescribeContainerInstances: 'containerInstances',
  UpdateContainerInstancesState: 'containerInstances',
  DescribeTasks: 'tasks',
  DescribeServices: 'services',
}

/**
 * Some or all of the items fail, and the others are truly answered: who reads only what is there takes a part for the whole.
 * MISSING is the only reason that AWS documents for reads, and would be a lie here; any other must be an error to us.
 */
const itemsFailed = ({ ecs }: World, random: Random, { operation, input }: Call): NamedFault | undefined => {
  const list = listsOf[operation]
  if (list === undefined) return undefined
  const asked = input[list] as readonly string[]
  if (asked.length === 0) return undefined
  const first = random.pick(asked)
  const failing = asked.filter((arn) => arn === first || random.chance(0.5))
  const others = asked.filter((arn) => !failing.includes(arn))
  const failures = failing.map((arn) => ({ arn, reason: 'INTERNAL' }))
  const output = () => {
    if (others.length === 0) return { [list]: [], failures }
    const answer = call<{ failures?: readonly object[] }>(ecs.model, operation, { ...input, [list]: others })
    return { ...answer, failures: [...(answer.failures ?? []), ...failures] }
  }
  return { state: 'failures in a 200', kind: 'items-failed', output }
}

interface StaleQuestion extends CallFaultOptions {
  readonly past: Past
  readonly random: Random
  readonly made: Call
}

/** Asked when the call arrives. An answer that is still true is none that is stale. */
const stale = ({
  world,
  past,
  random,
  made,
  stalenessMs,
  reached,
}: StaleQuestion): NamedFault | undefined => {
  // What nobody remembers leaves the call to the faults that were drawn after this one.
  if (!isRemembered(made.operation)) return undefined
  const output = () => {
    const asOf = world.simulation.now() - random.integer(0, stalenessMs)
    const old = staleAnswer({ world, past, asked: made, asOf })
    if (old === undefined) return undefined
    const model = made.service === 'ECS' ? world.ecs.model : world.autoScaling.model
    const isOld = JSON.stringify(old) !== JSON.stringify(call(model, made.operation, made.input))
    if (isOld) reached.add('stale answer')
    return isOld ? old : undefined
  }
  return { kind: 'stale', output }
}

const pageSizes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ListTasks: { maxResults: 1 },
  ListContainerInstances: { maxResults: 1 },
  ListServices: { maxResults: 1 },
  DescribeAutoScalingGroups: { MaxRecords: 1 },
  DescribeAutoScalingInstances: { MaxRecords: 1 },
  DescribeWarmPool: { MaxRecords: 1 },
  DescribeScalingActivities: { MaxRecords: 1 },
}

/** A longer listing would take a function all its time, one by one: groups remember hundreds of activities. */
const MOST_ACTIVITIES = 10

/** Rare only where the listing has more than that one item. */
const onePage = (
  { ecs, autoScaling }: World,
  { service, operation, input }: Call,
): NamedFault | undefined => {
  const pageSize = pageSizes[operation]
  if (pageSize === undefined) return undefined
  const model = service === 'ECS' ? ecs.model : autoScaling.model
  const isTooLong =
    operation === 'DescribeScalingActivities' &&
    hasMorePages(model, operation, { ...input, MaxRecords: MOST_ACTIVITIES })
  if (isTooLong) return undefined
  const hasMore = hasMorePages(model, operation, { ...input, ...pageSize })
  return { ...(hasMore && { state: 'page of one item' }), kind: 'paged', pageSize }
}

/** A call that will be refused has no pages. */
const hasMorePages = (model: ServiceModel, operation: string, input: object): boolean => {
  try {
    const page = call<{ nextToken?: string; NextToken?: string }>(model, operation, input)
    return (page.nextToken ?? page.NextToken) !== undefined
  } catch (error) {
    if (error instanceof ServiceError) return false
    throw error
  }
}
