import { GLOBAL_CAP_MARGIN_SECONDS } from '../deadline.ts'
import type { Check, Mistake } from './finding.ts'
import type { InspectedGroup, InspectedHook, Inspection } from './inspection.ts'

/** What ECS calls the hook that managed draining puts on a group. */
const MANAGED_DRAINING_HOOK = 'ecs-managed-draining-termination-hook'

const terminationHookOf = ({ hooks }: InspectedGroup, { expected }: Inspection): InspectedHook | undefined =>
  hooks.find(({ name, transition }) => name === expected.hookName && transition === 'terminating')

/** Before the deployment no hook is missed. */
export const hookMissing: Check = (inspection) =>
  inspection.groups
    .filter((group) => inspection.isDeployed && terminationHookOf(group, inspection) === undefined)
    .map(({ name }) => ({
      code: 'hook-missing',
      subject: `group ${name}`,
      found: `It has no termination hook ${inspection.expected.hookName}, although Ebbtide is deployed.`,
      fix: 'deploy again, with this group among --param groups=… and without --param dryRun=true',
    }))

/** A check of our termination hook on each group that has one. */
const ofOurHook =
  (
    check: (group: InspectedGroup, hook: InspectedHook, inspection: Inspection) => readonly Mistake[],
  ): Check =>
  (inspection) =>
    inspection.groups.flatMap((group) => {
      const hook = terminationHookOf(group, inspection)
      return hook === undefined ? [] : check(group, hook, inspection)
    })

export const heartbeatTooShort = ofOurHook(({ name }, { heartbeatTimeoutSeconds }, { expected }) =>
  heartbeatTimeoutSeconds >= expected.leastHeartbeatTimeoutSeconds
    ? []
    : [
        {
          code: 'heartbeat-too-short',
          subject: `group ${name}`,
          found: `The hook's heartbeat timeout is ${heartbeatTimeoutSeconds} s; ${expected.leastHeartbeatTimeoutSeconds} s is the least that is safe.`,
          fix: 'deploy again: --param heartbeatTimeout=1800',
        },
      ],
)

export const capBelowDrainTimeout = ofOurHook(({ name, drainTimeoutSeconds }, hook) => {
  const { globalTimeoutSeconds, heartbeatTimeoutSeconds } = hook
  const longestSeconds = globalTimeoutSeconds - GLOBAL_CAP_MARGIN_SECONDS
  if (drainTimeoutSeconds <= longestSeconds) return []
  return [
    {
      code: 'cap-below-drain-timeout',
      subject: `group ${name}`,
      found: `The drain timeout is ${drainTimeoutSeconds} s, but the hook waits ${globalTimeoutSeconds} s at most (100 times its heartbeat timeout of ${heartbeatTimeoutSeconds} s, or 48 hours), so a drain ends after ${longestSeconds} s.`,
      fix: `deploy again with --param drainTimeout=${longestSeconds} or less, or with a longer --param heartbeatTimeout; or change the group's tag ebbtide:drain-timeout`,
    },
  ]
})

/** A group that retains what is abandoned wants ABANDON. */
export const defaultResultAbandon = ofOurHook(({ name, retainsAbandoned }, { defaultResult }) =>
  defaultResult !== 'ABANDON' || retainsAbandoned
    ? []
    : [
        {
          code: 'default-result-abandon',
          subject: `group ${name}`,
          found: "The hook's default result is ABANDON, and the group retains no instance.",
          fix: 'deploy again with --param onDeadline=stop-tasks, or let the group retain: InstanceLifecyclePolicy with TerminateHookAbandon=retain',
        },
      ],
)

export const launchDefaultResultAbandon: Check = ({ groups, expected }) =>
  groups
    .filter(({ hooks }) => hooks.some((hook) => isAbandoningLaunchHook(hook, expected.launchHookName)))
    .map(({ name }) => ({
      code: 'launch-default-result-abandon',
      subject: `group ${name}`,
      found: `The default result of the launch hook ${expected.launchHookName} is ABANDON.`,
      fix: `deploy again, or: aws autoscaling put-lifecycle-hook --auto-scaling-group-name ${name} --lifecycle-hook-name ${expected.launchHookName} --default-result CONTINUE`,
    }))

const isAbandoningLaunchHook = (hook: InspectedHook, launchHookName: string): boolean =>
  hook.transition === 'launching' && hook.name === launchHookName && hook.defaultResult === 'ABANDON'

export const managedDraining: Check = ({ groups }) =>
  groups.filter(isDrainedByEcs).map(({ name, capacityProvider }) => ({
    code: 'managed-draining',
    subject: `group ${name}`,
    found: `ECS manages draining here too: ${capacityProvider?.managesDraining ? `capacity provider ${capacityProvider.name} has managed draining enabled` : `the group has the hook ${MANAGED_DRAINING_HOOK}`}.`,
    fix: `leave draining to one of them: aws ecs update-capacity-provider --name ${capacityProvider?.name ?? '<capacity provider>'} --auto-scaling-group-provider managedDraining=DISABLED`,
  }))

const isDrainedByEcs = ({ hooks, capacityProvider }: InspectedGroup): boolean =>
  capacityProvider?.managesDraining === true || hooks.some(({ name }) => name === MANAGED_DRAINING_HOOK)

export const otherTerminationHook: Check = ({ groups, expected }) =>
  groups.flatMap(({ name, hooks }) =>
    hooks
      .filter(({ transition }) => transition === 'terminating')
      .filter((hook) => hook.name !== expected.hookName && hook.name !== MANAGED_DRAINING_HOOK)
      .map((hook) => ({
        code: 'other-termination-hook' as const,
        subject: `group ${name}`,
        found: `The hook ${hook.name} keeps terminating instances as well (heartbeat timeout ${hook.heartbeatTimeoutSeconds} s, default result ${hook.defaultResult}).`,
        fix: 'none needed if it is meant; if it drains too, remove it: `aws autoscaling delete-lifecycle-hook`, when no instance waits on it',
      })),
  )
