/** A service that runs on EC2, as capacity sees it. */
export interface ServiceSnapshot {
  readonly name: string
  /** One task on each instance that its constraints allow; its desired count says nothing. */
  readonly isDaemon: boolean
  readonly desiredCount: number
  /** Tasks that it wants beside those, while a blue and a green revision run side by side. Absent: none. */
  readonly besideCount?: number
  /** Of its primary deployment: what new tasks will be. */
  readonly taskDefinitionArn: string
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  /** The service's own; those of its task definition stand in the `TaskNeed`. */
  readonly placementConstraints: readonly PlacementConstraint[]
  /** The providers of its capacity provider strategy. Empty: it is placed by launch type, on any instance. */
  readonly capacityProviders: readonly string[]
  /** A deployment has not completed: tasks of two revisions live side by side. */
  readonly isDeploying: boolean
}

/** Binding, unlike a strategy ("Define which container instances Amazon ECS uses for tasks"). */
export type PlacementConstraint =
  { readonly type: 'memberOf'; readonly expression: string } | { readonly type: 'distinctInstance' }

export interface TaskSnapshot {
  readonly arn: string
  /** Absent: no instance has been found for it yet. */
  readonly containerInstanceArn?: string
  /** Through which ECS places it. Absent: through none. */
  readonly capacityProviderName?: string
  readonly taskDefinitionArn: string
  /** `service:<name>` for the tasks of a service; else whatever RunTask was given, `family:<family>` by default. */
  readonly group: string
  readonly lastStatus: string
  /** `STOPPED` as soon as ECS has decided to stop it, however long it goes on running. */
  readonly desiredStatus: string
  /** Its application asked ECS not to stop it (task scale-in protection). */
  readonly isProtected: boolean
}

/** What one task of a task definition takes from an instance. CPU in units, memory in MiB. */
export interface TaskNeed {
  readonly cpu: number
  /** The limit, or the reservation where there is one: what ECS subtracts. */
  readonly memory: number
  readonly gpu: number
  /** 1 in awsvpc mode, else 0. */
  readonly enis: number
  /** Fixed ones only, like `tcp:80`: of dynamic ones there are always enough. */
  readonly hostPorts: readonly string[]
  /** `memberOf` expressions of the task definition. */
  readonly placementConstraints: readonly string[]
  /** Names of attributes that the instance must have ("requiresAttributes" of DescribeTaskDefinition). */
  readonly requiresAttributes: readonly string[]
  /** What the packing does not know how to place, by name, like `inference-accelerator`. Empty: all of it is modelled. */
  readonly unmodelled: readonly string[]
}

/** What nobody can tell the size of, and why. */
export const unknownNeed = (why: string): TaskNeed => ({
  cpu: 0,
  memory: 0,
  gpu: 0,
  enis: 0,
  hostPorts: [],
  placementConstraints: [],
  requiresAttributes: [],
  unmodelled: [why],
})
