import { findingCatalogue, severities } from './catalogue.ts'
import {
  clusterMissing,
  groupEmpty,
  groupMissing,
  groupOutsideCluster,
  notDeployed,
  tagIgnored,
} from './cluster-checks.ts'
import type { Check, Finding } from './finding.ts'
import { launchSuspended, protection, simpleScaling, terminateSuspended } from './group-checks.ts'
import {
  capBelowDrainTimeout,
  defaultResultAbandon,
  heartbeatTooShort,
  hookMissing,
  launchDefaultResultAbandon,
  managedDraining,
  otherTerminationHook,
} from './hook-checks.ts'
import {
  agentDisconnected,
  agentOutdated,
  drainingUnattended,
  instanceUnregistered,
} from './instance-checks.ts'
import {
  serviceDeadlock,
  serviceOutage,
  spotAgentUnknown,
  stopLongerThanDrain,
  stopLongerThanSpotNotice,
} from './service-checks.ts'
import type { Inspection } from './inspection.ts'

const checks: readonly Check[] = [
  clusterMissing,
  groupMissing,
  groupOutsideCluster,
  hookMissing,
  heartbeatTooShort,
  serviceDeadlock,
  stopLongerThanDrain,
  capBelowDrainTimeout,
  defaultResultAbandon,
  launchDefaultResultAbandon,
  managedDraining,
  serviceOutage,
  stopLongerThanSpotNotice,
  protection,
  simpleScaling,
  launchSuspended,
  terminateSuspended,
  instanceUnregistered,
  agentDisconnected,
  agentOutdated,
  drainingUnattended,
  tagIgnored,
  notDeployed,
  groupEmpty,
  otherTerminationHook,
  spotAgentUnknown,
]

/** Everything that is wrong, most severe first. */
export const findMistakes = (inspection: Inspection): readonly Finding[] => {
  const findings = checks
    .flatMap((check) => check(inspection))
    .map(({ code, ...words }): Finding => ({ code, ...findingCatalogue[code], ...words }))
  return severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}
