import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { World } from '../world/world.ts'
import { CLOCK_TOLERANCE_MS, deadlineOf, isOurs, policyOf, type Watch } from './watch.ts'

/** A hook that was let go while tasks had not stopped. Whether a policy had said so is known when it has been logged. */
interface EarlyEnd {
  readonly action: EndedAction
  readonly unstoppedTaskCount: number
  /** Those of them that are of a service; later the instance may be back with others. */
  readonly serviceTaskCount: number
}

/**
 * Promise 1: Ebbtide never completes a hook with CONTINUE while a task on the instance has a `lastStatus` other than
 * STOPPED, unless EC2 says that the machine is terminated, or stands stopped in a warm pool that it leaves, or a named policy
 * says so and it is recorded.
 *
 * The tasks are counted in the very moment in which Auto Scaling lets go. Only completions that our functions called
 * for are judged: what other people complete is theirs to answer for.
 */
export const watchPromise1 = (watch: Watch): void => {
  const earlyEnds: EarlyEnd[] = []
  let last: EarlyEnd | undefined
  watch.world.autoScaling.onActionEnded((action) => {
    last = isOurs(watch, action) ? earlyEnd(watch.world, action) : undefined
  })
  watch.onCall(({ operation, input, at }) => {
    if (operation !== 'CompleteLifecycleAction' || last === undefined) return
    if (input['InstanceId'] === last.action.instanceId && at === last.action.endedAt) earlyEnds.push(last)
    last = undefined
  })
  watch.onEnd(() => {
    for (const end of earlyEnds) if (!isExcused(watch, end)) report(watch, end)
  })
}

const earlyEnd = ({ ecs, ec2 }: World, action: EndedAction): EarlyEnd | undefined => {
  const tasks = ecs.tasksOn(action.instanceId)
  const unstoppedTaskCount = tasks.length
  const serviceTaskCount = tasks.filter(({ group }) => group.startsWith('service:')).length
  const machine = ec2.find(action.instanceId)
  // No container runs on a machine that stands stopped in its warm pool, whatever ECS still shows.
  const isAsleep = machine?.state === 'stopped' && action.waitsIn === 'Warmed:Terminating:Wait'
  const isGone = machine === undefined || machine.state === 'terminated' || isAsleep
  const isEarly =
    action.by === 'completed' && action.result === 'CONTINUE' && !isGone && unstoppedTaskCount > 0
  return isEarly ? { action, unstoppedTaskCount, serviceTaskCount } : undefined
}

const report = ({ report }: Watch, { action, unstoppedTaskCount }: EarlyEnd): void =>
  report({
    promise: 1,
    instanceId: action.instanceId,
    at: action.endedAt,
    what: `completed ${action.hookName} with CONTINUE while ${unstoppedTaskCount} tasks had not stopped`,
  })

/** A deadline that has not come by the world's own times excuses nothing, whatever was logged. */
const isExcused = (watch: Watch, end: EarlyEnd): boolean => {
  const { action } = end
  const outcomes = loggedOutcomes(watch, action)
  const isPastDeadline = action.endedAt >= deadlineOf(watch, action) - CLOCK_TOLERANCE_MS
  if (isPastDeadline && (outcomes.includes('deadline') || isRecordLost(watch, action))) return true
  return outcomes.includes('not-in-cluster') || isIgnored(watch, end, outcomes)
}

/** The policy is not to wait for tasks of no service, and nothing else was left. */
const isIgnored = (watch: Watch, end: EarlyEnd, outcomes: readonly string[]): boolean =>
  outcomes.includes('standalone-ignored') &&
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

/** The process died between the call and its log line. */
const isRecordLost = ({ recording }: Watch, { endedAt }: EndedAction): boolean =>
  recording.invocations.some(
    (invocation) =>
      (invocation.result.kind === 'crashed' || invocation.result.kind === 'timed-out') &&
      invocation.startedAt <= endedAt &&
      endedAt <= invocation.endedAt,
  )
