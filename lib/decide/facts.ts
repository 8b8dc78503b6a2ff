/**
 * Everything that a decision about one instance rests on, as plain values: it is logged, and a logged line is decided
 * again by `npm run replay`. Times are milliseconds since 1970 on Lambda's clock unless a field says otherwise.
 */
export interface DrainFacts {
  /** When this look began. */
  readonly now: number
  readonly instanceId: string
  /** One of this stack's groups. Absent: it is in none of them, and never was. */
  readonly autoScalingGroupName?: string
  /** When a message of Auto Scaling said that our hook began to wait. Absent: no such message led to this look. */
  readonly announcedAt?: number
  /** AWS says ahead of time that the machine will go. Absent: no such message led to this look. */
  readonly notice?: Notice
  /** Look-again messages one after another that led to this look; 0 when something else did. */
  readonly hop: number
  /** As Auto Scaling names it. Absent: Auto Scaling does not know the instance (any more). */
  readonly lifecycleState?: string
  /** Our lifecycle hook on the group. Absent: the group has none of our hook's name. */
  readonly hook?: HookFacts
  /** The termination in progress. Absent: not asked, or not listed; see `unlistedSince`. */
  readonly action?: ActionFacts
  /** Since when no scaling activity has named the instance, in every look that asked. Absent: one does, or none asked. */
  readonly unlistedSince?: number
  /** Absent: no container instance of the cluster stands for this machine. */
  readonly containerInstance?: ContainerInstanceFacts
  /** Read only where the container instance is absent: whether that can be believed. */
  readonly registration?: RegistrationFacts
  /** EC2's word on the machine, asked only where ECS cannot know. Absent: not asked, or EC2 does not know it. */
  readonly machine?: MachineFacts
  /** Every task of the container instance, stopped ones included. Absent: not listed. */
  readonly tasks?: readonly TaskFacts[]
  /** What ECS counted in earlier looks of this environment. Absent: the drain has not settled. */
  readonly counts?: readonly TaskCount[]
  /** What ought to have been read of its tasks and could not be. Absent: all was read. */
  readonly unread?: string
  /** Tasks that ECS's own events have said to be STOPPED. Absent: no such event led to this look. */
  readonly saidStopped?: readonly string[]
  /** The services of those tasks. Absent: this was no close look. */
  readonly services?: readonly ServiceFacts[]
  /** Since when the agent has been silent in every look of this environment. Absent: it is connected. */
  readonly agentSilentSince?: number
  /** Since when resync has found the instance InService, DRAINING and remembered. Absent: it has not. */
  readonly orphanSince?: number
}

/** Tasks that ECS meant to go on running, or to start, at a moment no later than this. */
export interface TaskCount {
  readonly at: number
  readonly tasks: number
}

/** AWS says ahead of time that a machine will go, or may go. */
export interface Notice {
  readonly kind: NoticeKind
  /** When AWS said so. */
  readonly at: number
  /** When it begins. Absent: AWS gave no time, as in a Spot interruption warning, which comes two minutes ahead. */
  readonly startsAt?: number
}

export type NoticeKind = 'spot' | 'capacity' | 'health' | 'rebalance'

/** AWS takes the machine within two minutes, whatever its group does. */
export interface LastNotice {
  readonly kind: Extract<NoticeKind, 'spot' | 'capacity'>
  readonly at: number
}

export interface HookFacts {
  /**
   * What the hook says now or what the stack gave it, whichever is less: whether a changed timeout holds for an action that
   * waits already, AWS does not say.
   */
  readonly heartbeatTimeoutSeconds: number
  /** The longest that Auto Scaling waits in all, whatever the heartbeats. */
  readonly globalTimeoutSeconds: number
  /** Other termination hooks of the group keep the instance waiting when ours has ended. */
  readonly hasCompanions: boolean
  /** ABANDON keeps the instance (`TerminateHookAbandon: retain`); otherwise it terminates it all the same. */
  readonly retainsAbandoned: boolean
  /** The group starts no machine: its process Launch is suspended. */
  readonly isLaunchSuspended: boolean
}

export interface ActionFacts {
  readonly startedAt: number
  readonly cause: string
}

export interface ContainerInstanceFacts {
  readonly arn: string
  /** `ACTIVE`, `DRAINING`, `REGISTERING`, … as ECS names it. */
  readonly status: string
  readonly agentConnected: boolean
  /** Tasks whose DESIRED status is RUNNING: a task that ECS has decided to stop is not counted, though it runs. */
  readonly runningTasksCount: number
  readonly pendingTasksCount: number
  /** The value of our attribute, unread. Absent: there is none. */
  readonly memory?: string
}

export interface RegistrationFacts {
  readonly clusterExists: boolean
  /** Another instance of the same group is in the cluster, so the cluster is the right one. */
  readonly hasSibling: boolean
  /** The first look that did not find it, as long as every look since has not found it either. */
  readonly unknownSince: number
}

export interface MachineFacts {
  /** EC2's instance state: `running`, `shutting-down`, `terminated`, … */
  readonly state: string
  readonly launchedAt?: number
  /** The group that launched it, by its tag. Absent: none did. */
  readonly autoScalingGroupName?: string
}

export interface TaskFacts {
  readonly arn: string
  /** The service's name. Absent: a standalone task. */
  readonly serviceName?: string
  readonly lastStatus: string
  readonly desiredStatus: string
  /** Absent: it has not stopped. */
  readonly stoppedAt?: number
  /** We stopped it ourselves, because of a deadline. */
  readonly stoppedByUs: boolean
  /** When ECS began to stop it. Absent: it has not. */
  readonly stoppingAt?: number
  /** Its own application asked ECS not to stop it until then. Absent: it did not, or nobody asked. */
  readonly protectedUntil?: number
  /** Longest stop timeout of its containers. Absent: this was no close look, or it has stopped. */
  readonly stopTimeoutSeconds?: number
  /** Longest deregistration delay of its target groups; 0 without one. Absent: as above. */
  readonly deregistrationDelaySeconds?: number
  /** Since when AWS's defaults have had to stand in for its times, in every look of this environment. Absent: all were read. */
  readonly timesAssumedSince?: number
}

export interface ServiceFacts {
  readonly name: string
  readonly isDaemon: boolean
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  /** What the service itself says is in its way, if it said so since the drain began. Absent: it says nothing. */
  readonly complaint?: ServiceComplaint
  /** Other instances with room for one more task of it, by CPU and memory. Absent: not asked. */
  readonly roomElsewhere?: number
  /** Targets that answer, in the target group that has fewest. Absent: no load balancer. */
  readonly healthyTargetCount?: number
  /** Nobody could read how many targets answer. Absent: it was read, or not asked. */
  readonly isHealthUnread?: true
}

/** `unplaced`: no instance met all of the task's requirements. `impaired`: its tasks keep failing to start. */
export interface ServiceComplaint {
  readonly kind: 'unplaced' | 'impaired'
  readonly at: number
}
