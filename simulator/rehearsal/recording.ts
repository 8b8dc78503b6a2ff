import type { DescribeTasksCommandOutput, ListTasksCommandOutput } from '@aws-sdk/client-ecs'

import type { Action, Decision } from '../../lib/decide/decision.ts'
import type { DrainFacts } from '../../lib/decide/facts.ts'
import { DECISION_MESSAGE, METRICS_NAMESPACE } from '../../lib/telemetry.ts'
import type { EndedAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { TaskEnded } from '../aws/ecs/task-endings.ts'
import type { InvocationRecord } from '../aws/lambda/invocation.ts'
import type { Judged } from '../invariants/judged.ts'
import type { Violation } from '../invariants/violation.ts'
import type { DroppedRequests } from '../traffic/dropped-requests.ts'
import { call } from '../world/call.ts'
import type { OutputLine } from '../world/product-output.ts'
import type { World } from '../world/world.ts'
import { InstanceHours } from './instance-hours.ts'
import { UnplacedTasks } from './unplaced-tasks.ts'

/** A decision as its log line tells it. */
export interface LoggedDecision {
  readonly facts: DrainFacts
  readonly decision: Decision
  readonly results: readonly string[]
}

/** A lifecycle action of our hook that has ended, with what ECS and Ebbtide say of it. */
export interface EndedDrain {
  readonly action: EndedAction
  /** The last decision that completed it; undefined when somebody or something else ended it. */
  readonly decision: LoggedDecision | undefined
  /** By ECS's own record; undefined where no task stopped while the hook waited. */
  readonly lastTaskStoppedAt: number | undefined
}

/** All that happened in a rehearsal, as it is told and judged. */
export class Recording {
  readonly lines: OutputLine[] = []
  readonly decisions: LoggedDecision[] = []
  readonly invocations: InvocationRecord[] = []
  readonly endedTasks: TaskEnded[] = []
  readonly drains: EndedDrain[] = []
  readonly droppedRequests: DroppedRequests[] = []
  readonly violations: Violation[] = []
  readonly judged: Judged[] = []
  readonly #lineListeners: ((line: OutputLine) => void)[] = []
  readonly instanceHours: InstanceHours
  readonly unplacedTasks: UnplacedTasks
  deadLetters = 0

  constructor(world: World) {
    this.instanceHours = new InstanceHours(world)
    this.unplacedTasks = new UnplacedTasks(world)
    world.lambda.onInvocation((invocation) => this.invocations.push(invocation))
    world.ecs.onTaskEnded((task) => this.endedTasks.push(task))
    world.traffic.onDrop((dropped) => this.droppedRequests.push(dropped))
    world.sqs.onDeadLetter(() => (this.deadLetters += 1))
    world.autoScaling.onActionEnded((action) => {
      if (action.transition !== 'terminating' || isOfOthers(world, action)) return
      this.drains.push({ action, decision: undefined, lastTaskStoppedAt: lastStopOn(world, action) })
    })
  }

  /** Calls `listener` with each line that product code writes, in the moment in which it does. */
  onLine(listener: (line: OutputLine) => void): void {
    this.#lineListeners.push(listener)
  }

  /** Takes in one line that product code wrote. */
  readonly hear = (line: OutputLine): void => {
    this.lines.push(line)
    for (const listener of this.#lineListeners) listener(line)
    if (line['message'] !== DECISION_MESSAGE) return
    const decision = line as unknown as LoggedDecision
    this.decisions.push(decision)
    if (!decision.decision.actions.some(isCompletion)) return
    const index = this.drains.findLastIndex(({ action }) => action.instanceId === decision.facts.instanceId)
    const drain = this.drains[index]
    if (drain?.decision === undefined && drain !== undefined) this.drains[index] = { ...drain, decision }
  }

  /** Every value of a metric that was published, in order, whatever its dimensions. */
  metric(name: string): readonly number[] {
    return this.lines.filter(isMetric).flatMap((line) => {
      const value = line[name]
      return Array.isArray(value) ? (value as number[]) : typeof value === 'number' ? [value] : []
    })
  }

  /** Tasks whose machine died under them. */
  get killedTasks(): readonly TaskEnded[] {
    return this.endedTasks.filter(
      ({ ending, container }) => ending === 'machine-died' && container === 'running',
    )
  }
}

/** The machine died under a running container. */
export const wasKilled = ({ ending, container }: TaskEnded): boolean =>
  ending === 'machine-died' && container === 'running'

const isCompletion = (action: Action): boolean => action.do === 'complete'

const isMetric = (line: OutputLine): boolean => JSON.stringify(line['_aws'] ?? '').includes(METRICS_NAMESPACE)

/** A hook of the same name on another group may be ours. */
const isOfOthers = ({ spec }: World, { autoScalingGroupName, hookName }: EndedAction): boolean =>
  spec.groups.some(
    ({ name: group, otherHooks = [] }) =>
      group === autoScalingGroupName && otherHooks.some(({ name }) => name === hookName),
  )

/** ECS's record is asked, not the drain's own account of itself. */
const lastStopOn = ({ ecs, spec }: World, { instanceId, startedAt }: EndedAction): number | undefined => {
  const containerInstance = ecs.containerInstanceOn(instanceId)?.containerInstanceArn
  if (containerInstance === undefined) return undefined
  const stops: number[] = []
  let nextToken: string | undefined
  do {
    const place = { cluster: spec.cluster, containerInstance, desiredStatus: 'STOPPED', nextToken }
    const listed = call<ListTasksCommandOutput>(ecs.model, 'ListTasks', place)
    const tasks = listed.taskArns ?? []
    const described =
      tasks.length === 0
        ? []
        : (call<DescribeTasksCommandOutput>(ecs.model, 'DescribeTasks', { cluster: spec.cluster, tasks })
            .tasks ?? [])
    stops.push(...described.flatMap(({ stoppedAt }) => (stoppedAt ? [stoppedAt.getTime()] : [])))
    nextToken = listed.nextToken
  } while (nextToken !== undefined)
  const during = stops.filter((time) => time >= startedAt)
  return during.length === 0 ? undefined : Math.max(...during)
}
