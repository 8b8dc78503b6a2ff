import type { OutputLine } from '../world/product-output.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import type { Watch } from './watch.ts'

const GROUPS = ['DescribeAutoScalingGroups']
const MACHINES = [...GROUPS, 'ListContainerInstances', 'DescribeContainerInstances']
const TASKS = ['ListTasks', 'DescribeTasks']
const SERVICES = ['ListServices', 'DescribeServices']
const ROOM = [...MACHINES, ...TASKS]
const DEMAND = [...ROOM, ...SERVICES]

/** By metric, what must have been read for a value of it to mean anything: what the catalogue says that it counts. */
const readsBehind: Readonly<Record<string, readonly string[]>> = {
  InstancesActive: MACHINES,
  InstancesDraining: MACHINES,
  InstancesDisconnected: MACHINES,
  InstancesUnregistered: MACHINES,
  DesiredBelowActual: GROUPS,
  InstancesEmpty: DEMAND,
  ProtectedIdleInstances: DEMAND,
  ReservationPercent: ROOM,
  LargestSchedulableTask: ROOM,
  SchedulableTasks: DEMAND,
  LeastSchedulableTasks: DEMAND,
  PendingTasks: [...TASKS, ...SERVICES],
  InstancesNeeded: DEMAND,
  InstancesNeededAtLeast: DEMAND,
  UnplacedTasks: DEMAND,
  RemovableInstances: DEMAND,
  CapacityReservation: DEMAND,
  FragmentationPercent: DEMAND,
  HeadroomTasks: DEMAND,
  DesiredCapacityAdvised: DEMAND,
}

/**
 * Promise 9 for the metrics of capacity: nothing is published in an invocation in which a read that it rests on has failed, or
 * was never made. Its invocations come one after another, but for one that began while the last one ran into its time limit and wrote
 * nothing: so what was written since the last one ended belongs to the next.
 */
export const watchCapacityReadings = (watch: Watch): void => {
  const { world, recording, capacityFunction } = watch
  if (capacityFunction === undefined) return
  let written: OutputLine[] = []
  recording.onLine((line) => {
    if (line['_aws'] !== undefined) written.push(line)
  })
  world.lambda.onInvocation((invocation) => {
    if (invocation.functionName !== capacityFunction) return
    const calls = world.calls.filter((made) => made.invocation === invocation.awsRequestId)
    const unfounded = unfoundedMetric(written, calls)
    if (written.some(endsRun) && isGroundMissing(calls)) watch.judged('metrics withheld')
    written = []
    if (unfounded === undefined) return
    const what = `published ${unfounded.metric} though ${unfounded.read} had not been answered`
    watch.report({ promise: 9, at: invocation.endedAt, what })
  })
}

/** The last thing that a run says, whatever it could read. */
const endsRun = (line: OutputLine): boolean => line['CapacityRunsFailed'] !== undefined

/** A run that reads nothing, to spare ECS, withholds nothing either. */
const isGroundMissing = (calls: readonly CallRecord[]): boolean =>
  failedReads(firstSurvey(calls)).some((read) => DEMAND.includes(read))

/**
 * What was read before the groups were asked for again: the metrics rest on the first look at the cluster, and what follows
 * from them is done after more looks, which may fail without making the first one wrong.
 */
const firstSurvey = (calls: readonly CallRecord[]): readonly CallRecord[] => {
  const tasksAt = calls.findIndex(({ operation }) => operation === 'ListTasks')
  const again = calls.findIndex(({ operation }, index) => index > tasksAt && GROUPS.includes(operation))
  return tasksAt === -1 || again === -1 ? calls : calls.slice(0, again)
}

interface Unfounded {
  readonly metric: string
  readonly read: string
}

/** The first figure that was published without its ground, given all calls of the invocation. Undefined: there is none. */
export const unfoundedMetric = (
  lines: readonly OutputLine[],
  calls: readonly CallRecord[],
): Unfounded | undefined => {
  const reads = firstSurvey(calls)
  const unanswered = new Set([...neverAsked(reads), ...failedReads(reads)])
  for (const line of lines)
    for (const [metric, behind] of Object.entries(readsBehind)) {
      const read = line[metric] === undefined ? undefined : behind.find((one) => unanswered.has(one))
      if (read !== undefined) return { metric, read }
    }
  return undefined
}

/** Of an empty listing nothing can be described. */
const neverAsked = (calls: readonly CallRecord[]): readonly string[] =>
  DEMAND.filter((read) => !/^Describe(Container|Tasks|Services)/.test(read)).filter(
    (read) => !calls.some(({ operation }) => operation === read),
  )

/** Whoever asks the same again and is answered has read it. */
const failedReads = (calls: readonly CallRecord[]): readonly string[] => {
  const keyOf = ({ operation, input }: CallRecord) => `${operation} ${JSON.stringify(input)}`
  const answered = new Set(calls.filter((made) => !hasFailed(made)).map(keyOf))
  return calls
    .filter((made) => hasFailed(made) && !answered.has(keyOf(made)))
    .map(({ operation }) => operation)
}

const hasFailed = ({ error, fault }: CallRecord): boolean => error !== undefined || fault === 'items-failed'
