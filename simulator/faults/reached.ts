/**
 * Rare states that a campaign must come through at least once; a campaign that never reached one has proven less than
 * it seems to, and fails.
 */
export const rareStates = {
  'duplicate message': 'a message came again after it had been deleted',
  'visibility expired': 'a message came again while an invocation worked on it',
  'message out of order': 'another message than the oldest was received',
  'late message': 'a message could be received only long after it was sent',
  'message expired': 'the retention of a queue deleted a message that nobody had received',
  'bad message beside a good one':
    'one batch held a message that nobody should have sent, and one that a function must act on',
  'lost event': 'EventBridge lost an event',
  'event delivered twice': 'EventBridge delivered an event twice',
  'refused call': 'AWS failed before the effect of a call',
  'throttled call': "one of ECS's request buckets was empty",
  'throttled heartbeat': 'Auto Scaling throttled a heartbeat',
  'answer lost': 'AWS failed after the effect of a call that changes something',
  'retry after effect': 'the SDK repeated a call that changes something and had its effect',
  'completed twice': 'a completion was repeated after it had ended the hook',
  'slow call': 'a call took seconds',
  'hung call': 'a call took longer than the function may run',
  'failures in a 200': 'ECS answered 200 and reported a failure in it',
  'page of one item': 'a listing had more pages than one because each held one item',
  'stale answer': 'AWS answered what was no longer true',
  'stale answer rejected': 'a look found that a message was newer than what AWS answered, and looked again',
  'killed at an await': 'an invocation died',
  'killed between effect and log':
    'an invocation died after it had changed something and before it had said so',
  'timed out': "an invocation ran into its function's time limit",
  'two environments alive': 'an invocation got a new environment though one was idle',
  'two invocations at once': 'two invocations looked at the same instance at the same time',
  'duplicate while completing':
    'a second invocation looked at an instance in the moment in which the first one completed its hook',
  'late registration': 'an instance registered with ECS after it had begun to wait for us',
  'never registered': 'an instance waited for us that ECS never knew',
  'agent lost': 'an agent was silent while its instance waited for us',
  'agent back': 'an agent was heard again',
  'terminated by hand': 'somebody terminated a machine in EC2, past its hook',
  'Spot reclaim': 'EC2 took a Spot instance back',
  'hook changed': 'our hook was changed while it held an instance',
  'hook deleted': 'our hook was deleted while it held an instance',
  'second hook': 'another hook still held an instance when ours had ended',
  'bounds changed': 'the bounds of a service were changed while an instance waited for us',
  'deployment running': 'a service was deployed while an instance waited for us',
  'image pull failing': 'tasks could not start',
  'zone lost': 'all machines of a zone died',
  'SIGTERM ignored': 'a container had to be killed',
  'deadline reached': 'a drain reached its deadline',
  'tasks stopped by us': 'a drain stopped tasks before its deadline',
  'foreign instance leaving': 'our functions were told of a machine of a group that the stack was not given',
  'orphan set right': 'an instance in service was found DRAINING because of us, and set back',
  'removal judged':
    'capacity took an instance out, and nothing excused it from the proof that its tasks fit elsewhere',
  'victims judged':
    'a function named instances to take, and nothing excused it from the proof that their tasks fit elsewhere',
  'moving tasks judged':
    'an instance that capacity took out, or that a function named, had tasks that needed a place elsewhere',
  'no victim taken': 'a function that was asked which instances to take named none that could be taken',
  'flapping judged':
    'capacity looked again soon after it had taken an instance out, and nothing would have excused a new one',
  'metrics withheld': 'capacity told of a run in which it could not read all that its metrics rest on',
  'heartbeat sent': 'a drain outlived a third of the timeout of its hook',
} as const

export type RareState = keyof typeof rareStates

/** How often each rare state was reached. */
export class Reached {
  readonly #counts = new Map<RareState, number>()

  add(state: RareState, times = 1): void {
    if (times > 0) this.#counts.set(state, (this.#counts.get(state) ?? 0) + times)
  }

  /** Adds up what another run has reached. */
  addAll(counts: ReachedCounts): void {
    for (const state of allRareStates) this.add(state, counts[state] ?? 0)
  }

  get counts(): ReachedCounts {
    return Object.fromEntries(this.#counts)
  }

  get missing(): readonly RareState[] {
    return allRareStates.filter((state) => !this.#counts.has(state))
  }
}

export type ReachedCounts = Readonly<Partial<Record<RareState, number>>>

const allRareStates = Object.keys(rareStates) as readonly RareState[]
