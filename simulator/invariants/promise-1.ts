import type { DescribeContainerInstancesCommandOutput } from '@aws-sdk/client-ecs'

import { REGISTRATION_GRACE_SECONDS } from '../../lib/decide/unknown-instance.ts'
import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import { SAFE_STALENESS_MS } from '../faults/inject-faults.ts'
import { call } from '../world/call.ts'
import type { World } from '../world/world.ts'
import { CLOCK_TOLERANCE_MS, deadlineOf, isOurs, policyOf, type Watch } from './watch.ts'

/** A hook that our functions have let go. Whether a policy had said so is known when it has been logged. */
interface OurEnd {
  readonly action: EndedAction
  /** The request id of the invocation that let it go. Undefined: none did. */
  readonly invocation: string | undefined
  /** 0 where no container can run: its machine is terminated, or stands stopped in the warm pool that it leaves. */
  readonly unstoppedTaskCount: number
  /** Those of them that are of a service; later the instance may be back with others. */
  readonly serviceTaskCount: number
  /** Since when ECS knew the machine. Undefined: it did not. */
  readonly registeredAt: number | undefined
}

/**
 * Promise 1: Ebbtide never completes a hook with CONTINUE while a task on the instance has a `lastStatus` other than
 * STOPPED, unless EC2 says that the machine is terminated, or stands stopped in a warm pool that it leaves, or a named policy
 * says so and it is recorded. ABANDON terminates just the same, but where the group retains what is abandoned.
 *
 * The tasks are counted in the very moment in which Auto Scaling lets go. Only completions that our functions called
 * for are judged: what other people complete is theirs to answer for.
 */
export const watchPromise1 = (watch: Watch): void => {
  const ends: OurEnd[] = []
  const unjudged = new Set<OurEnd>()
  let last: Omit<OurEnd, 'invocation'> | undefined
  watch.world.autoScaling.onActionEnded((action) => {
    last = isOurs(watch, action) && action.by === 'completed' ? ourEnd(watch.world, action) : undefined
  })
  watch.onCall(({ operation, input, at, invocation }) => {
    if (operation !== 'CompleteLifecycleAction' || last === undefined) return
    if (input['InstanceId'] === last.action.instanceId && at === last.action.endedAt) {
      const end = { ...last, invocation }
      ends.push(end)
      unjudged.add(end)
    }
    last = undefined
  })
  const judgeWhere = (isDue: (end: OurEnd) => boolean): void => {
    for (const end of [...unjudged].filter(isDue)) {
      unjudged.delete(end)
      if (!wasMeantForAnother(watch, end, ends)) judge(watch, end)
    }
  }
  watch.world.lambda.onInvocation(({ awsRequestId }) => {
    judgeWhere(({ invocation }) => invocation === awsRequestId)
  })
  watch.onEnd(() => judgeWhere(() => true))
}

const ourEnd = (world: World, action: EndedAction): Omit<OurEnd, 'invocation'> => {
  const { ecs, ec2 } = world
  const machine = ec2.find(action.instanceId)
  // No container runs on a machine that stands stopped in its warm pool, whatever ECS still shows.
  const isAsleep = machine?.state === 'stopped' && action.waitsIn === 'Warmed:Terminating:Wait'
  const isGone = machine === undefined || machine.state === 'terminated' || isAsleep
  const tasks = isGone ? [] : ecs.tasksOn(action.instanceId)
  return {
    action,
    unstoppedTaskCount: tasks.length,
    serviceTaskCount: tasks.filter(({ group }) => group.startsWith('service:')).length,
    registeredAt: registrationOf(world, action.instanceId),
  }
}

const registrationOf = ({ ecs, spec }: World, instanceId: string): number | undefined => {
  const containerInstance = ecs.containerInstanceOn(instanceId)?.containerInstanceArn
  if (containerInstance === undefined) return undefined
  const input = { cluster: spec.cluster, containerInstances: [containerInstance] }
  const answer = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', input)
  return answer.containerInstances?.[0]?.registeredAt?.getTime()
}

/**
 * A completion names no token, because no reading tells one. Where two looks end the same wait and the instance waits again
 * at once, as one does that leaves the pool it has just entered, the slower completion may meet the second wait.
 */
const wasMeantForAnother = (
  { recording }: Watch,
  { action, invocation }: OurEnd,
  ends: readonly OurEnd[],
): boolean => {
  const look = recording.invocations.find(({ awsRequestId }) => awsRequestId === invocation)
  if (look === undefined || look.startedAt >= action.startedAt) return false
  return ends.some(
    ({ action: before }) =>
      before.instanceId === action.instanceId &&
      before.endedAt <= action.startedAt &&
      before.endedAt >= look.startedAt,
  )
}

const judge = (watch: Watch, end: OurEnd): void => {
  const outcomes = loggedOutcomes(watch, end.action)
  if (end.unstoppedTaskCount > 0 && !isExcused(watch, end, outcomes))
    report(watch, end, `while ${end.unstoppedTaskCount} tasks had not stopped`)
  if (outcomes.includes('not-in-cluster') && wasHasty(watch, end))
    report(watch, end, 'for an absence that no two looks can have seen')
}

/**
 * An absence is believed when it has lasted, and no look at an action can be earlier than the action. The same machine may have
 * been let into its pool seconds ago, for an absence of minutes.
 */
const wasHasty = ({ recording }: Watch, { action }: OurEnd): boolean =>
  action.endedAt - action.startedAt < 1_000 * REGISTRATION_GRACE_SECONDS - CLOCK_TOLERANCE_MS &&
  !recording.drains.some(
    ({ action: before }) =>
      before.instanceId === action.instanceId &&
      before !== action &&
      before.endedAt <= action.startedAt &&
      action.startedAt - before.endedAt < CLOCK_TOLERANCE_MS,
  )

const report = ({ report }: Watch, { action }: OurEnd, how: string): void =>
  report({
    promise: 1,
    instanceId: action.instanceId,
    at: action.endedAt,
    what: `completed ${action.hookName} with ${action.result} ${how}`,
  })

/** A deadline that has not come by the world's own times excuses nothing, whatever was logged. */
const isExcused = (watch: Watch, end: OurEnd, outcomes: readonly string[]): boolean => {
  const { action } = end
  const isPastDeadline = action.endedAt >= deadlineOf(watch, action) - CLOCK_TOLERANCE_MS
  if (action.result === 'ABANDON') return isPastDeadline && isRetained(watch, action)
  if (isPastDeadline && (outcomes.includes('deadline') || isRecordLost(watch, end))) return true
  if (outcomes.includes('not-in-cluster') && wasAbsent(watch, end)) return true
  return isIgnored(watch, end, outcomes)
}

/** The policy is to keep what could not be drained, and so is that of the group. */
const isRetained = (watch: Watch, action: EndedAction): boolean =>
  policyOf(watch, action).onDeadline === 'retain' &&
  watch.world.spec.groups.find(({ name }) => name === action.autoScalingGroupName)?.terminateHookAbandon ===
    'retain'

/** ECS did not know the machine yet, or not any more, when the look that says so may have asked. */
const wasAbsent = ({ longestLookMs }: Watch, { action, registeredAt = Infinity }: OurEnd): boolean =>
  registeredAt > action.endedAt - longestLookMs - SAFE_STALENESS_MS

/** The policy is not to wait for tasks of no service, and nothing else was left. */
const isIgnored = (watch: Watch, end: OurEnd, outcomes: readonly string[]): boolean =>
  (outcomes.includes('standalone-ignored') || isRecordLost(watch, end)) &&
  policyOf(watch, end.action).standaloneTasks === 'ignore' &&
  end.serviceTaskCount === 0

const loggedOutcomes = ({ recording }: Watch, { instanceId, startedAt, endedAt }: EndedAction) =>
  recording.decisions
    .filter(({ facts }) => facts.instanceId === instanceId)
    .filter(({ facts }) => facts.now >= startedAt - CLOCK_TOLERANCE_MS)
    .filter(({ facts }) => facts.now <= endedAt + CLOCK_TOLERANCE_MS)
    .flatMap(({ decision }) =>
      decision.actions.flatMap((act) => (act.do === 'complete' ? [act.outcome] : [])),
    )

/** The process that made the call died between it and its log line. */
const isRecordLost = ({ recording }: Watch, { invocation }: OurEnd): boolean =>
  recording.invocations.some(
    ({ awsRequestId, result }) =>
      awsRequestId === invocation && (result.kind === 'crashed' || result.kind === 'timed-out'),
  )
