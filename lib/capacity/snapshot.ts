import type { ServiceSnapshot, TaskNeed, TaskSnapshot } from './workload.ts'

/**
 * Everything that measuring and scaling rest on, as plain values read in one go: it is logged in short, and decided
 * again by a replay. Times are milliseconds since 1970 on Lambda's clock.
 */
export interface ClusterSnapshot {
  readonly takenAt: number
  readonly groups: readonly GroupSnapshot[]
  /** Every member of the groups, registered or not, and every other container instance but those of warm pools. */
  readonly instances: readonly InstanceSnapshot[]
  /** Every ACTIVE service on EC2: those on Fargate need no instance. */
  readonly services: readonly ServiceSnapshot[]
  /** Every task on EC2 whose `lastStatus` is not STOPPED, whatever its desired status. */
  readonly tasks: readonly TaskSnapshot[]
  /** By ARN: of every task and of every service's primary deployment. */
  readonly taskDefinitions: ReadonlyMap<string, TaskNeed>
}

/** What ECS counts when it places a task. CPU in units (1,024 for each vCPU), memory in MiB. */
export interface Resources {
  readonly cpu: number
  readonly memory: number
  readonly gpu: number
  /** Network interfaces for tasks in awsvpc mode: the instance type's, less its own, or the trunk's. */
  readonly enis: number
}

/** One Auto Scaling group. Its members stand in `instances`. */
export interface GroupSnapshot {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly desired: number
  /** The zones in which it may launch. */
  readonly zones: readonly string[]
  /** What it may launch: any of them may come. Empty: nothing is known of its machines, so none is counted on. */
  readonly machines: readonly MachineType[]
  /** Instance weights: desired, min and max count units then, not instances. Such a group is measured, never scaled. */
  readonly isWeighted: boolean
  /** As Auto Scaling names them: `Launch`, `Terminate`, … */
  readonly suspendedProcesses: readonly string[]
  /** What forbids to take instances away just now. A deployment is seen from the services. */
  readonly holds: readonly GroupHold[]
  /** The capacity provider that launches into this group. Absent: none does. */
  readonly capacityProviderName?: string
  /** When the group last began to terminate an instance because it was too large. Absent: none is known. */
  readonly lastScaleInAt?: number
  /** When the group last began to launch an instance because it was too small. Absent: none is known. */
  readonly lastScaleOutAt?: number
  /** A function chooses whom a scale-in takes (custom termination policy), so that it may refuse every one. */
  readonly hasVictimChooser: boolean
  /** When the newest launch began, if it failed. Absent: it did not, or none is known. */
  readonly launchFailedAt?: number
  /** Since when desired and InService count have been what they are, the one below the other. Absent: it is not. */
  readonly desiredBelowActualSince?: number
}

export type GroupHold = 'instance-refresh' | 'zonal-shift'

/** A machine that a group may launch, before any task is on it. */
export interface MachineType {
  readonly instanceType: string
  /** What ECS will count on it: less than what EC2 says, since the agent and the system keep some. */
  readonly total: Resources
  /** Attributes that its container instance will have, the built-in ones included; the zone is the group's affair. */
  readonly attributes: Readonly<Record<string, string>>
  /** `registered`: read from such an instance of the group now; `remembered`: earlier; `estimated`: from EC2's figures. */
  readonly source: 'registered' | 'remembered' | 'estimated'
}

export interface InstanceSnapshot {
  readonly instanceId: string
  /** One of `groups`. Absent: none of them has it, so it is never removed, and what it has left may vanish. */
  readonly group?: string
  readonly zone: string
  readonly instanceType: string
  /** As Auto Scaling names it: `InService`, `Pending:Wait`, `Terminating:Wait`, … Absent: it is in none of the groups. */
  readonly lifecycleState?: string
  readonly isProtectedFromScaleIn: boolean
  /** When its machine was launched. Absent: unknown; every launch of the last ten minutes is known. */
  readonly launchedAt?: number
  /** Absent: the cluster knows none for this machine (yet). */
  readonly containerInstance?: ContainerInstanceSnapshot
}

export interface ContainerInstanceSnapshot {
  readonly arn: string
  /** `ACTIVE`, `DRAINING`, `REGISTERING`, … as ECS names it. */
  readonly status: string
  readonly agentConnected: boolean
  /** Since when its agent has been silent in every look. Absent: it is not, or nobody knows. */
  readonly silentSince?: number
  readonly registered: Resources
  readonly remaining: Resources
  /** Host ports that are taken, the agent's own included, like `tcp:80`. */
  readonly usedPorts: readonly string[]
  /** An attribute without value has the empty string. */
  readonly attributes: Readonly<Record<string, string>>
  /** Absent: it belongs to no capacity provider. */
  readonly capacityProviderName?: string
}
