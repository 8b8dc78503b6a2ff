import type { Result, Subject } from '../act/perform.ts'
import { secondsBetween } from '../clock.ts'
import type { Action } from '../decide/decision.ts'
import type { Telemetry } from '../telemetry.ts'

interface Performed {
  readonly subject: Subject
  readonly action: Action
  readonly result: Result
  /** When the action's call had returned. */
  readonly at: number
}

/** Counts what an action has done. What was found done already was counted by whoever did it. */
export const measureAction = (telemetry: Telemetry, { subject, action, result, at }: Performed): void => {
  if (result !== 'done') return
  const group = { AutoScalingGroupName: subject.autoScalingGroupName }
  switch (action.do) {
    case 'set-draining':
      telemetry.measure('DrainsStarted', 1, group)
      return
    case 'heartbeat':
      telemetry.measure('HeartbeatsSent', 1, group)
      return
    case 'stop-task':
      telemetry.measure('TasksStoppedAtDeadline', 1, group)
      return
    case 'complete':
      telemetry.measure('DrainsCompleted', 1, { ...group, Outcome: action.outcome })
      telemetry.measure('DrainDurationSeconds', secondsBetween(action.startedAt, at), group)
      if (action.lastTaskStoppedAt !== undefined)
        telemetry.measure('CompletionLagSeconds', secondsBetween(action.lastTaskStoppedAt, at), group)
      return
    case 'deregister':
    case 'forget':
    case 'look-again':
    case 'remember':
    case 'replace':
    case 'set-active':
  }
}
