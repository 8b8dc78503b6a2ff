import type { InvocationRecord } from '../aws/lambda/invocation.ts'
import { recordsOf } from '../aws/lambda/sqs-records.ts'
import { STRANGER_ID } from '../faults/bad-messages.ts'
import type { RareState, Reached } from '../faults/reached.ts'
import type { LoggedDecision, Recording } from '../rehearsal/recording.ts'
import type { World } from '../world/world.ts'
import type { ForeignMachines } from './foreign-machines.ts'

/** A run, and what is counted of it. */
export interface WatchedRun {
  readonly world: World
  readonly recording: Recording
  readonly reached: Reached
  readonly stackGroups: readonly string[]
  readonly foreign: ForeignMachines
  /** Broken promises count. */
  readonly isJudged: boolean
}

/** Notices in a world which of the rare states a run comes through, but for those that its faults tell of themselves. */
export const watchRareStates = (run: WatchedRun): (() => void) => {
  const { world, recording, reached, stackGroups, isJudged } = run
  world.autoScaling.onActionEnded(({ instanceId, by, hookName, autoScalingGroupName: group }) => {
    const isOurs = hookName === `ebbtide-${world.spec.cluster}` && stackGroups.includes(group)
    const isHeld = world.autoScaling.waitingActions().some((other) => other.instanceId === instanceId)
    if (isOurs && by === 'completed' && isHeld) reached.add('second hook')
    if (isOurs && by === 'hook-deleted') reached.add('hook deleted')
  })
  world.ecs.onTaskEnded(({ ending }) => {
    if (ending === 'killed-at-stop-timeout') reached.add('SIGTERM ignored')
    if (ending === 'never-started') reached.add('image pull failing')
  })
  world.autoScaling.onPolicyAnswer(({ group, chosen, eligible }) => {
    const isAsked = stackGroups.includes(group.name) && eligible.length > 0
    if (isAsked && chosen.length === 0) reached.add('no victim taken')
  })
  return () => {
    if (isJudged) for (const what of recording.judged) reached.add(what)
    reached.add('message expired', expiredMessages(world))
    for (const decision of recording.decisions) for (const state of statesOf(decision)) reached.add(state)
    noteAgents(recording, reached)
    noteInvocations(world, recording, reached)
    reached.add('foreign instance leaving', toldOfForeign(run))
    reached.add('bad message beside a good one', mixedBatches(recording))
  }
}

const mixedBatches = ({ invocations }: Recording): number =>
  invocations.filter((invocation) => {
    const senders = recordsOf(invocation).map(({ attributes }) => attributes.SenderId)
    return senders.includes(STRANGER_ID) && senders.some((sender) => sender !== STRANGER_ID)
  }).length

/** Batches in which a message named a machine of others. */
const toldOfForeign = ({ recording, foreign }: WatchedRun): number =>
  recording.invocations.filter(({ payload }) => [...foreign.names].some((name) => payload.includes(name)))
    .length

const expiredMessages = ({ sqs }: World): number =>
  sqs.queues.reduce((sum, { expiredCount }) => sum + expiredCount, 0)

const byReason: Readonly<Partial<Record<LoggedDecision['decision']['because'], RareState>>> = {
  'not-yet-shown': 'stale answer rejected',
  'not-in-cluster': 'never registered',
  deadline: 'deadline reached',
  'time-to-stop-tasks': 'tasks stopped by us',
  orphan: 'orphan set right',
}

const statesOf = ({ facts, decision }: LoggedDecision): readonly RareState[] => {
  const ofReason = byReason[decision.because]
  return [
    ...(ofReason === undefined ? [] : [ofReason]),
    ...(facts.agentSilentSince === undefined ? [] : (['agent lost'] as const)),
    ...(decision.actions.some((action) => action.do === 'heartbeat') ? (['heartbeat sent'] as const) : []),
  ]
}

/** What only looks one after another show. */
const noteAgents = ({ decisions }: Recording, reached: Reached): void => {
  const wasUnknown = new Set<string>()
  const wasSilent = new Set<string>()
  for (const { facts, decision } of decisions) {
    const { instanceId, containerInstance } = facts
    if (decision.because === 'unknown-instance') wasUnknown.add(instanceId)
    if (containerInstance === undefined) continue
    if (wasUnknown.delete(instanceId)) reached.add('late registration')
    if (!containerInstance.agentConnected) wasSilent.add(instanceId)
    else if (wasSilent.delete(instanceId)) reached.add('agent back')
  }
}

/** A decision and the invocation that came to it. */
interface Look {
  readonly instanceId: string
  readonly invocation: InvocationRecord
}

const noteInvocations = (world: World, recording: Recording, reached: Reached): void => {
  const looks = looksOf(recording)
  for (const invocation of recording.invocations) {
    if (invocation.result.kind === 'timed-out') reached.add('timed out')
    if (hasDiedAfterEffect(world, invocation, looks)) reached.add('killed between effect and log')
  }
  reached.add('completed twice', completionsRepeated(world))
  noteOverlaps(looks, reached)
  reached.add('duplicate while completing', completionsLookedAt(world, looks))
}

/** The line of the instance is missing. Writes that name no instance are left out. */
const hasDiedAfterEffect = (
  { calls }: World,
  { awsRequestId, result }: InvocationRecord,
  looks: readonly Look[],
): boolean => {
  if (result.kind !== 'crashed') return false
  const said = looks.filter(({ invocation }) => invocation.awsRequestId === awsRequestId)
  return calls.some(
    ({ invocation, operation, input, error }) =>
      invocation === awsRequestId &&
      error === undefined &&
      /LifecycleAction/.test(operation) &&
      !said.some(({ instanceId }) => instanceId === input['InstanceId']),
  )
}

/** The first attempt ended the hook, and the second one was told that there is none. */
const completionsRepeated = ({ calls }: World): number => {
  const repeated = calls.filter(
    ({ operation, fault }) => operation === 'CompleteLifecycleAction' && fault === 'repeated',
  )
  return repeated.filter(
    ({ error, invocation, input }, index) =>
      error === 'ValidationError' &&
      repeated
        .slice(0, index)
        .some(
          (first) =>
            first.invocation === invocation &&
            first.input['InstanceId'] === input['InstanceId'] &&
            first.error === undefined,
        ),
  ).length
}

/** Powertools' logger writes the request id of the invocation into each line. */
const looksOf = ({ decisions, invocations }: Recording): readonly Look[] => {
  const byId = new Map(invocations.map((invocation) => [invocation.awsRequestId, invocation]))
  return decisions.flatMap((line) => {
    const invocation = byId.get(
      String((line as { readonly function_request_id?: unknown }).function_request_id),
    )
    return invocation === undefined ? [] : [{ instanceId: line.facts.instanceId, invocation }]
  })
}

const noteOverlaps = (looks: readonly Look[], reached: Reached): void => {
  for (const one of looks)
    for (const other of looks) {
      if (one.instanceId !== other.instanceId || one.invocation === other.invocation) continue
      const { startedAt, endedAt } = other.invocation
      if (one.invocation.startedAt > endedAt || startedAt > one.invocation.endedAt) continue
      reached.add('two invocations at once')
    }
}

/** Completions in whose moment another invocation than their own was looking at the same instance. */
const completionsLookedAt = ({ calls }: World, looks: readonly Look[]): number =>
  calls.filter(
    ({ operation, input, at, invocation }) =>
      operation === 'CompleteLifecycleAction' &&
      invocation !== undefined &&
      looks.some(
        (other) =>
          other.instanceId === input['InstanceId'] &&
          other.invocation.awsRequestId !== invocation &&
          other.invocation.startedAt <= at &&
          at <= other.invocation.endedAt,
      ),
  ).length
