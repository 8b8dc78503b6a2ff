import type { Because, Decision } from '../../lib/decide/decision.ts'

/** A decision in plain words: the verdict and its reason. Undefined: it changes nothing that anybody would watch for. */
export const decisionInWords = ({ verdict, because, actions }: Decision): string | undefined => {
  const reason = reasons[because]
  switch (verdict) {
    case 'start':
      return because === 'replacement-asked'
        ? `is to be replaced: ${reason}`
        : `is set to DRAINING: ${reason}`
    case 'wait':
      return `waits: ${reason}`
    case 'blocked':
      return `is blocked: ${reason}`
    case 'finish':
      return `is done: ${reason}`
    case 'overdue':
      return `is overdue: ${reason}${stopsOf(actions)}`
    case 'release':
      return `is let go: ${reason}`
    case 'ignore':
      return because === 'hook-missing' ? `is not ours to hold: ${reason}` : undefined
  }
}

/** Why it was decided so. */
export const reasonInWords = ({ because }: Decision): string => reasons[because]

const stopsOf = (actions: Decision['actions']): string => {
  const count = actions.filter((action) => action.do === 'stop-task').length
  return count === 0 ? '' : ` (${count} now)`
}

const reasons: Readonly<Record<Because, string>> = {
  'hook-waits': 'its group wants to terminate it and our hook holds it',
  notice: 'AWS has said that the machine will go within two minutes',
  'replacement-asked': 'AWS has said that the machine will go, so its group is asked for another',
  adopted: 'it was DRAINING already, so the settle time counts from now',
  settling: 'DRAINING has only just been set, and what ECS lists may still be older',
  'tasks-running': 'tasks are running on it',
  'tasks-stopping': 'ECS counts no task any more, but some have not stopped',
  'not-yet-shown': 'Auto Scaling does not show yet what it announced',
  unread: 'whether its tasks asked to be left alone could not be read',
  'not-yet-due': 'there is time before the machine goes',
  'not-yet-drainable': 'ECS cannot set it to DRAINING in its present status',
  'unknown-instance': 'the cluster does not know this machine',
  'deployment-bounds': 'the deployment bounds of a service leave no room to replace its tasks',
  'no-capacity': 'no other instance has room for its tasks',
  'placement-constraint': 'constraints of a service keep its tasks from every other instance',
  'replacement-unhealthy': 'the replacements of its tasks do not start, or do not answer',
  'standalone-task': 'only tasks of no service are left, and nobody stops those',
  'protected-task': 'tasks on it have asked to be left alone, so DRAINING is put off',
  'slow-stop': 'a task takes its time to stop',
  'agent-disconnected': 'its ECS agent is silent, so nothing can progress',
  'launch-suspended': 'there is no room, and its group may launch nothing',
  'all-tasks-stopped': 'every task on it has stopped',
  'only-ignored-tasks-left': 'only tasks of no service are left, and the policy is not to wait for them',
  'time-to-stop-tasks': 'the deadline is near, so its tasks are stopped in order',
  deadline: 'the deadline has come',
  'machine-terminated': 'EC2 says that the machine is gone',
  'nothing-to-move': 'no task can run on it',
  'not-in-cluster': 'it is proven that it never joined the cluster',
  orphan: 'it is in service again, so ECS may use it again',
  'not-in-group': 'it belongs to none of our groups',
  'not-waiting': 'no hook holds it',
  'hook-missing': 'its group has no hook of ours',
  'already-ended': 'our hook has ended and others hold it',
}
