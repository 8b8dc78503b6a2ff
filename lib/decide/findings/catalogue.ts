/** `error`: drains will not work. `warning`: some will not work well. `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

interface FindingDefinition {
  readonly severity: Severity
  /** Why it matters, in one sentence. */
  readonly why: string
}

/** Every finding that there is. What is found, and how it is mended, follows from the case. */
export const findingCatalogue = {
  'cluster-missing': {
    severity: 'error',
    why: 'Ebbtide drains container instances of this cluster; without it no instance is ever drained.',
  },
  'group-missing': {
    severity: 'error',
    why: 'A hook can stand on an existing group only, so the deployment fails.',
  },
  'group-outside-cluster': {
    severity: 'error',
    why: 'Instances that the cluster does not know cannot be drained, and each waits in its hook until the deadline.',
  },
  'hook-missing': {
    severity: 'error',
    why: 'Without the hook the group terminates instances under their tasks.',
  },
  'heartbeat-too-short': {
    severity: 'error',
    why: 'Ebbtide beats about once a minute, and a hook that times out lets the instance go with its tasks.',
  },
  'service-deadlock': {
    severity: 'error',
    why: 'ECS may neither stop a task first nor start its replacement first, so every drain waits until its deadline.',
  },
  'stop-longer-than-drain': {
    severity: 'error',
    why: 'A task that takes longer to stop than the whole drain may take is killed at the deadline.',
  },
  'cap-below-drain-timeout': {
    severity: 'warning',
    why: 'Auto Scaling ends the wait at the cap whatever the heartbeats, so the drain gets less time than was asked for.',
  },
  'default-result-abandon': {
    severity: 'warning',
    why: 'Should Ebbtide fail for a whole heartbeat timeout, ABANDON cuts short the hooks of others too.',
  },
  'launch-default-result-abandon': {
    severity: 'warning',
    why: 'Should Ebbtide fail, ABANDON terminates every new instance, and the group can neither grow nor replace.',
  },
  'managed-draining': {
    severity: 'warning',
    why: 'ECS drains each instance as well and waits up to 48 hours, whatever the drain timeout and the policies say.',
  },
  'service-outage': {
    severity: 'warning',
    why: 'Draining stops every task of the service before a replacement may start, as its bounds allow.',
  },
  'stop-longer-than-spot-notice': {
    severity: 'warning',
    why: 'EC2 takes a Spot instance 120 s after its notice, and a task that takes longer to stop is killed.',
  },
  'new-instances-protected': {
    severity: 'warning',
    why: 'Scale-in lowers the desired capacity, and no protected instance leaves.',
  },
  'instances-protected': {
    severity: 'warning',
    why: 'Once all are protected, scale-in lowers the desired capacity, and no instance leaves.',
  },
  'simple-scaling-policy': {
    severity: 'warning',
    why: 'While an instance waits in a hook, Auto Scaling suspends simple scaling: the group stands still for a whole drain.',
  },
  'launch-suspended': {
    severity: 'warning',
    why: 'Nothing replaces an instance that leaves, so its tasks may have nowhere to go.',
  },
  'terminate-suspended': {
    severity: 'warning',
    why: 'No instance leaves the group, so nothing is drained either.',
  },
  'instance-unregistered': {
    severity: 'warning',
    why: 'It runs no tasks, and when it leaves, Ebbtide waits a while for it to be known.',
  },
  'agent-disconnected': {
    severity: 'warning',
    why: 'ECS cannot stop tasks through a silent agent, so a drain of this instance waits until its deadline.',
  },
  'agent-outdated': {
    severity: 'warning',
    why: 'Tasks on this instance cannot ask for task protection through the agent.',
  },
  'draining-unattended': {
    severity: 'warning',
    why: 'ECS places no task on it, nothing will terminate it, and it is paid for all the same.',
  },
  'tag-ignored': {
    severity: 'warning',
    why: "The stack's value stands instead of what the tag was meant to say.",
  },
  'not-deployed': {
    severity: 'note',
    why: 'Hooks and their timeouts can be checked only once they are there.',
  },
  'group-empty': {
    severity: 'note',
    why: 'Whether the group belongs to the cluster shows only in its instances.',
  },
  'other-termination-hook': {
    severity: 'note',
    why: 'Hooks run side by side, and an instance leaves when the last of them has ended.',
  },
  'spot-agent-unknown': {
    severity: 'note',
    why: 'An agent with ECS_ENABLE_SPOT_INSTANCE_DRAINING drains on its own at the notice, which no API tells.',
  },
} as const satisfies Readonly<Record<string, FindingDefinition>>

export type FindingCode = keyof typeof findingCatalogue

/** Most severe first. */
export const severities: readonly Severity[] = ['error', 'warning', 'note']
