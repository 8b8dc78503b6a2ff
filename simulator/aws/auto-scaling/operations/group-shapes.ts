import type {
  AutoScalingGroup,
  Instance,
  TagDescription,
  WarmPoolConfiguration,
} from '@aws-sdk/client-auto-scaling'
import type { Group } from '../group.ts'
import { machineTypesOf } from '../machine-types.ts'
import type { Member } from '../member.ts'
import { DEFAULT_COOLDOWN_SECONDS } from '../policy-execution.ts'
import { poolMembers, type WarmPool } from '../warm-pool.ts'
import type { OperationContext } from './context.ts'

/** A group as `DescribeAutoScalingGroups` shows it. What is not set is absent, as it is in AWS's answers. */
export const toGroupShape = (group: Group, { account }: OperationContext): AutoScalingGroup => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  ...launchShape(group),
  MinSize: group.min,
  MaxSize: group.max,
  DesiredCapacity: group.desired,
  DefaultCooldown: DEFAULT_COOLDOWN_SECONDS,
  AvailabilityZones: [...group.zones],
  LoadBalancerNames: [],
  TargetGroupARNs: [],
  HealthCheckType: 'EC2',
  HealthCheckGracePeriod: 0,
  Instances: group.instances.map((member) => toInstanceShape(group, member)),
  CreatedTime: new Date(group.createdAt),
  SuspendedProcesses: [...group.suspended].map(([ProcessName, at]) => ({
    ProcessName,
    SuspensionReason: `User suspended at ${new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')}`,
  })),
  EnabledMetrics: [],
  Tags: [...tagsOf(group)],
  TerminationPolicies: [...group.terminationPolicies],
  NewInstancesProtectedFromScaleIn: group.protectsNewInstances,
  ServiceLinkedRoleARN: `arn:aws:iam::${account.accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
  TrafficSources: [],
  ...policyShapes(group),
  ...poolShapes(group),
})

/** A mixed instances group has its launch template within its policy, and shows it nowhere else. */
const launchShape = (group: Group): Partial<AutoScalingGroup> => {
  const { otherTypes = [], allocationStrategy = 'lowest-price', market } = group.spec
  if (otherTypes.length === 0) return { LaunchTemplate: launchTemplate(group) }
  return {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: launchTemplate(group),
        Overrides: machineTypesOf(group.spec).map(({ instanceType }) => ({ InstanceType: instanceType })),
      },
      InstancesDistribution: {
        OnDemandAllocationStrategy: allocationStrategy,
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: market === 'spot' ? 0 : 100,
        SpotAllocationStrategy:
          allocationStrategy === 'prioritized' ? 'capacity-optimized-prioritized' : 'lowest-price',
      },
    },
  }
}

const policyShapes = (group: Group): Partial<AutoScalingGroup> => ({
  ...(group.maxInstanceLifetimeSeconds !== 0 && { MaxInstanceLifetime: group.maxInstanceLifetimeSeconds }),
  ...(group.spec.capacityRebalance !== undefined && { CapacityRebalance: group.spec.capacityRebalance }),
  ...(group.maintenancePolicy !== undefined && {
    InstanceMaintenancePolicy: {
      MinHealthyPercentage: group.maintenancePolicy.minHealthyPercentage,
      MaxHealthyPercentage: group.maintenancePolicy.maxHealthyPercentage,
    },
  }),
  ...(group.spec.zonalShift !== undefined && {
    AvailabilityZoneImpairmentPolicy: {
      ZonalShiftEnabled: true,
      ImpairedZoneHealthCheckBehavior: group.spec.zonalShift,
    },
  }),
  InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: group.terminateHookAbandon } },
})

const poolShapes = (group: Group): Partial<AutoScalingGroup> =>
  group.warmPool === undefined
    ? {}
    : { WarmPoolConfiguration: toPoolShape(group.warmPool), WarmPoolSize: poolMembers(group).length }

export const toPoolShape = (pool: WarmPool): WarmPoolConfiguration => ({
  MinSize: pool.minSize,
  PoolState: pool.poolState,
  ...(pool.maxGroupPreparedCapacity !== undefined && {
    MaxGroupPreparedCapacity: pool.maxGroupPreparedCapacity,
  }),
  ...(pool.reuseOnScaleIn && { InstanceReusePolicy: { ReuseOnScaleIn: true } }),
  ...(pool.status === 'PendingDelete' && { Status: pool.status }),
})

export const toInstanceShape = (
  group: Group,
  member: Member,
): Instance & { readonly HealthStatus: string } => ({
  InstanceId: member.instanceId,
  InstanceType: member.instanceType,
  AvailabilityZone: member.availabilityZone,
  LifecycleState: member.state,
  HealthStatus: member.health,
  LaunchTemplate: launchTemplate(group),
  ProtectedFromScaleIn: member.isProtected,
  ...(member.imageId !== undefined && { ImageId: member.imageId }),
})

export const tagsOf = ({ name, tags }: Group): readonly TagDescription[] =>
  [...tags].map(([Key, { value, isPropagated }]) => ({
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: value,
    PropagateAtLaunch: isPropagated,
  }))

/** A group of the model has one launch template, which never changes. */
const launchTemplate = (group: Group) => ({ LaunchTemplateName: group.name, Version: '1' })
