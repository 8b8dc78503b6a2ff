import { instancesInService } from './cluster-checks.ts'
import type { Check, Mistake } from './finding.ts'
import type { InspectedGroup } from './inspection.ts'

/** Where a capacity provider manages the protection, it takes it away from what shall leave. */
export const protection: Check = ({ groups }) =>
  groups
    .filter(({ capacityProvider }) => !capacityProvider?.managesTerminationProtection)
    .flatMap(protectionOf)

const protectionOf = (group: InspectedGroup): readonly Mistake[] => {
  const { name, protectsNewInstances } = group
  if (!protectsNewInstances) return protectedInstances(group)
  return [
    {
      code: 'new-instances-protected',
      subject: `group ${name}`,
      found: `New instances are protected from scale-in, as are ${protectedCount(group)}.`,
      fix: `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${name} --no-new-instances-protected-from-scale-in, and take the protection from the instances that have it: ${unprotect(group)}`,
    },
  ]
}

const protectedInstances = (group: InspectedGroup): readonly Mistake[] => {
  if (protectedIds(group).length === 0) return []
  return [
    {
      code: 'instances-protected',
      subject: `group ${group.name}`,
      found: `Protected from scale-in are ${protectedCount(group)}.`,
      fix: `if it is not meant: ${unprotect(group)}`,
    },
  ]
}

const protectedIds = ({ instances }: InspectedGroup): readonly string[] =>
  instances.filter(({ isProtectedFromScaleIn }) => isProtectedFromScaleIn).map(({ instanceId }) => instanceId)

const protectedCount = (group: InspectedGroup): string =>
  `${protectedIds(group).length} of ${instancesInService(group.instances).length} instances in service`

const unprotect = (group: InspectedGroup): string =>
  `aws autoscaling set-instance-protection --auto-scaling-group-name ${group.name} --no-protected-from-scale-in --instance-ids ${protectedIds(group).join(' ') || '…'}`

export const simpleScaling: Check = ({ groups }) =>
  groups.flatMap(({ name, simpleScalingPolicies }) =>
    simpleScalingPolicies.map((policy) => ({
      code: 'simple-scaling-policy',
      subject: `group ${name}`,
      found: `The policy ${policy} is one of simple scaling.`,
      fix: 'make it a target tracking or a step scaling policy: aws autoscaling put-scaling-policy --policy-type TargetTrackingScaling',
    })),
  )

const suspended =
  (process: string, code: 'launch-suspended' | 'terminate-suspended'): Check =>
  ({ groups }) =>
    groups
      .filter(({ suspendedProcesses }) => suspendedProcesses.includes(process))
      .map(({ name }) => ({
        code,
        subject: `group ${name}`,
        found: `Its process ${process} is suspended.`,
        fix: `aws autoscaling resume-processes --auto-scaling-group-name ${name} --scaling-processes ${process}`,
      }))

export const launchSuspended = suspended('Launch', 'launch-suspended')
export const terminateSuspended = suspended('Terminate', 'terminate-suspended')
