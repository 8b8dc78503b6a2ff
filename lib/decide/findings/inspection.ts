/**
 * Everything that the doctor has read of one cluster and its groups, as plain values. Nothing in here is a judgement.
 */
export interface Inspection {
  readonly cluster: string
  /** ECS has the cluster, and it is in use. */
  readonly clusterExists: boolean
  /** The stack of this cluster is there: its signals queue exists. */
  readonly isDeployed: boolean
  /** The names of the stack's hooks, and the shortest heartbeat timeout that it takes. */
  readonly expected: ExpectedHooks
  /** Groups that were asked for and that Auto Scaling does not know. */
  readonly missingGroups: readonly string[]
  readonly groups: readonly InspectedGroup[]
  /** Services that run on container instances; those on Fargate have nothing to drain. */
  readonly services: readonly InspectedService[]
}

export interface ExpectedHooks {
  readonly hookName: string
  readonly launchHookName: string
  readonly leastHeartbeatTimeoutSeconds: number
}

export interface InspectedGroup {
  readonly name: string
  /** The stack's drain timeout, or that of the group's tag. */
  readonly drainTimeoutSeconds: number
  /** A sentence for each tag of ours that makes no sense. */
  readonly tagProblems: readonly string[]
  readonly hooks: readonly InspectedHook[]
  readonly suspendedProcesses: readonly string[]
  readonly simpleScalingPolicies: readonly string[]
  readonly protectsNewInstances: boolean
  /** ABANDON keeps an instance of this group instead of terminating it. */
  readonly retainsAbandoned: boolean
  /** The cluster's capacity provider that stands for this group. Absent: none does. */
  readonly capacityProvider?: InspectedCapacityProvider
  /** Those of its warm pool are not among them. */
  readonly instances: readonly InspectedInstance[]
}

export interface InspectedHook {
  readonly name: string
  readonly transition: 'terminating' | 'launching'
  readonly heartbeatTimeoutSeconds: number
  readonly globalTimeoutSeconds: number
  readonly defaultResult: string
}

export interface InspectedCapacityProvider {
  readonly name: string
  readonly managesDraining: boolean
  readonly managesTerminationProtection: boolean
}

export interface InspectedInstance {
  readonly instanceId: string
  /** As Auto Scaling names it: `InService`, `Terminating:Wait`, … */
  readonly lifecycleState: string
  readonly isProtectedFromScaleIn: boolean
  readonly isSpot: boolean
  /** Absent: no container instance of the cluster stands for it. */
  readonly containerInstance?: InspectedContainerInstance
}

export interface InspectedContainerInstance {
  readonly arn: string
  readonly status: string
  readonly agentConnected: boolean
  /** Absent: the agent has not said. */
  readonly agentVersion?: string
  /** The value of our attribute, unread. Absent: there is none. */
  readonly memory?: string
}

export interface InspectedService {
  readonly name: string
  readonly isDaemon: boolean
  readonly desiredCount: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  /** Longest of its containers. */
  readonly stopTimeoutSeconds: number
  /** Longest of its target groups; 0 without one. */
  readonly deregistrationDelaySeconds: number
}
