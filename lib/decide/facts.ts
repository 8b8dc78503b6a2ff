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
  /** Look-again messages one after another that led to this look; 0 when something else did. */
  readonly hop: number
  /** As Auto Scaling names it. Absent: Auto Scaling does not know the instance (any more). */
  readonly lifecycleState?: string
  /** Our lifecycle hook on the group. Absent: the group has none of our hook's name. */
  readonly hook?: HookFacts
  /** The termination in progress. Absent: no scaling activity names this instance. */
  readonly action?: ActionFacts
  /** Absent: no container instance of the cluster stands for this machine. */
  readonly containerInstance?: ContainerInstanceFacts
  /** Read only where the container instance is absent: whether that can be believed. */
  readonly registration?: RegistrationFacts
  /** EC2's word on the machine, asked only where ECS cannot know. Absent: not asked, or EC2 does not know it. */
  readonly machine?: MachineFacts
  /** Every task of the container instance, stopped ones included. Absent: not listed. */
  readonly tasks?: readonly TaskFacts[]
  /** The services of those tasks. Absent: this was no close look. */
  readonly services?: readonly ServiceFacts[]
  /** Since when resync has found the instance InService, DRAINING and remembered. Absent: it has not. */
  readonly orphanSince?: number
}

export interface HookFacts {
  readonly heartbeatTimeoutSeconds: number
  /** The longest that Auto Scaling waits in all, whatever the heartbeats. */
  readonly globalTimeoutSeconds: number
  /** Other termination hooks of the group keep the instance waiting when ours has ended. */
  readonly hasCompanions: boolean
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
  /** Longest stop timeout of its containers. Absent: this was no close look, or it has stopped. */
  readonly stopTimeoutSeconds?: number
  /** Longest deregistration delay of its target groups; 0 without one. Absent: as above. */
  readonly deregistrationDelaySeconds?: number
}

export interface ServiceFacts {
  readonly name: string
  readonly isDaemon: boolean
  readonly desiredCount: number
  readonly runningCount: number
  /** Targets that answer, in the target group that has fewest. Absent: no load balancer. */
  readonly healthyTargetCount?: number
}
