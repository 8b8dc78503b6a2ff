import type { Rehearsal } from '../rehearsal/rehearse.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Violation } from '../invariants/violation.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import type { LoggedDecision } from '../rehearsal/recording.ts'

/** Without a lifecycle action a journal goes so far back before a violation; and so little beyond it. */
const BEFORE_MS = 120_000
const AFTER_MS = 1_000

/** More lines than this nobody reads; the last ones are nearest to the violation. */
const MAX_LINES = 40

interface Entry {
  readonly at: number
  readonly text: string
}

/** A rehearsal, and the scenario that was played. */
type Told = Rehearsal & { readonly scenario: Scenario }

/** What happened to the instance of a violation, around it: decisions, what they changed, and what went wrong with calls. */
export const journalOf = (run: Told, violation: Violation): readonly string[] => {
  const { world, scenario } = run
  const beganAt = world.simulation.now() - 1_000 * scenario.lastsSeconds
  const until = violation.at + AFTER_MS
  const since = actionOf(run, violation) ?? violation.at - BEFORE_MS
  const entries = [
    ...entriesOf(run, violation),
    { at: violation.at, text: `BROKEN promise ${violation.promise}: ${violation.what}` },
  ]
    .filter(({ at }) => at >= since && at <= until)
    .toSorted((one, other) => one.at - other.at)
  return entries.slice(-MAX_LINES).map(({ at, text }) => `${secondsOf(at - beganAt)} s  ${text}`)
}

/** When the lifecycle action began that a violation is about: what was before it explains nothing. */
const actionOf = ({ world, recording }: Told, { instanceId, at }: Violation): number | undefined =>
  [...recording.drains.map(({ action }) => action), ...world.autoScaling.waitingActions()].findLast(
    (action) => action.instanceId === instanceId && action.startedAt <= at,
  )?.startedAt

const secondsOf = (milliseconds: number): string => (milliseconds / 1_000).toFixed(2).padStart(8)

const entriesOf = (run: Told, { instanceId }: Violation): readonly Entry[] => {
  const { recording, world } = run
  const names = namesOf(run, instanceId)
  return [
    ...recording.decisions
      .filter(({ facts }) => instanceId === undefined || facts.instanceId === instanceId)
      .map((line) => ({ at: line.facts.now, text: decisionInWords(line) })),
    ...world.calls
      .filter((made) => isWorthTelling(made, names))
      .map((made) => ({ at: made.at, text: callInWords(made) })),
    ...recording.endedTasks
      .filter((task) => task.instanceId === instanceId)
      .map(({ endedAt, group, ending, taskArn }) => ({
        at: endedAt,
        text: `task ${idOf(taskArn)} of ${group}: ${ending}`,
      })),
    ...recording.drains
      .filter(({ action }) => action.instanceId === instanceId)
      .map(({ action }) => ({
        at: action.endedAt,
        text: `${action.hookName} ended: ${action.result} by ${action.by}`,
      })),
    ...recording.invocations
      .filter(({ result }) => result.kind === 'crashed' || result.kind === 'timed-out')
      .map(({ endedAt, functionName, result }) => ({ at: endedAt, text: `${functionName} ${result.kind}` })),
  ]
}

/** By which names calls may mean the instance of a violation. */
const namesOf = ({ world }: Told, instanceId: string | undefined): readonly string[] => {
  const arn =
    instanceId === undefined ? undefined : world.ecs.containerInstanceOn(instanceId)?.containerInstanceArn
  return [instanceId, arn].filter((name) => name !== undefined)
}

/** Reads only where something went wrong with them; writes where they concern the instance. */
const isWorthTelling = ({ operation, input, fault }: CallRecord, names: readonly string[]): boolean => {
  const isRead = /^(Describe|List|Get)/.test(operation)
  const isAboutIt = names.length === 0 || names.some((name) => JSON.stringify(input).includes(name))
  return isRead ? fault !== undefined : isAboutIt || fault !== undefined
}

const callInWords = ({ caller, operation, error, fault }: CallRecord): string =>
  [caller, operation, error ?? 'done', ...(fault === undefined ? [] : [`(${fault})`])].join(' ')

const decisionInWords = ({ facts, decision, results }: LoggedDecision): string => {
  const { lifecycleState = 'unknown', containerInstance, tasks } = facts
  const counted =
    containerInstance &&
    `${containerInstance.status}, ${containerInstance.runningTasksCount}+${containerInstance.pendingTasksCount} tasks counted`
  const listed = tasks
    ?.map(({ arn, lastStatus, desiredStatus }) => `${idOf(arn)} ${lastStatus}/${desiredStatus}`)
    .join(', ')
  const actions = decision.actions
    .map((action, index) => `${action.do} ${results[index] ?? 'not done'}`)
    .join(', ')
  return [
    `saw ${lifecycleState}; ${counted ?? 'no container instance'}; listed: ${listed ?? 'nothing'}`,
    `${decision.verdict} ${decision.because}: ${actions || 'nothing to do'}`,
  ].join(' → ')
}

const idOf = (arn: string): string => arn.slice(-6)
