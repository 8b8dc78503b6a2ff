import { FIXED_WAKE_RULES, hasLaunchHook, signalRules, wakeRules } from './event-rules.ts'
import { groupAlarms } from './group-alarms.ts'
import { lifecycleHooks } from './lifecycle-hooks.ts'
import { namesOf, type StackNames } from './names.ts'
import { checkParameters, type StackParameters } from './parameters.ts'
import { functionRole } from './permissions.ts'
import { queuePolicy } from './queue-policies.ts'
import { scalingFunctions, type FunctionDescription } from './scaling-functions.ts'
import { scalingExtensions, scalingResources } from './scaling-resources.ts'
import type { Intrinsic, Resources } from './template.ts'

/** What `serverless.yml` cannot say by itself, because it follows from the cluster and the list of groups. */
interface StackDescription {
  readonly parameters: StackParameters
  readonly names: StackNames
  /** The launch hook's name where the stack has one, else empty. */
  readonly launchHookName: string
  /** Where a drain that lacks room wakes the scaling; empty where nothing scales. */
  readonly capacityQueueUrl: Intrinsic | ''
  /** Beside the functions of `serverless.yml`, which every stack has. */
  readonly functions: Readonly<Record<string, FunctionDescription>>
  /** Goes into the template beside the resources of `serverless.yml`. */
  readonly resources: {
    readonly Resources: Resources
    readonly extensions: Readonly<Record<string, object>>
  }
}

/**
 * Describes the stack that the parameters ask for. Parameters that cannot be used give a placeholder: the framework
 * resolves variables before any plugin may speak, prefixes an error from here with a stack trace, and it is the plugin
 * in check-parameters.js that refuses.
 */
export const describeStack = (given: Readonly<Record<string, unknown>>): StackDescription => {
  const checked = checkParameters(given)
  const parameters = checked.kind === 'usable' ? checked.parameters : placeholder
  const names = namesOf(parameters.cluster)
  return {
    parameters,
    names,
    launchHookName: hasLaunchHook(parameters) ? names.launchHook : '',
    capacityQueueUrl: parameters.scale === 'act' ? { Ref: 'CapacityQueue' } : '',
    functions: scalingFunctions(parameters, names),
    resources: { Resources: resourcesOf(parameters, names), extensions: scalingExtensions(parameters) },
  }
}

const resourcesOf = (parameters: StackParameters, names: StackNames): Resources => {
  const signals = signalRules(parameters, names)
  const wakes = wakeRules(parameters, names)
  const signalRuleIds = Object.keys(signals)
  const wakeRuleIds = [...FIXED_WAKE_RULES, ...Object.keys(wakes)]
  return {
    DrainRole: functionRole('drain', parameters),
    ResyncRole: functionRole('resync', parameters),
    ...signals,
    ...wakes,
    SignalsQueuePolicy: queuePolicy('SignalsQueue', signalRuleIds),
    DeadLetterQueuePolicy: queuePolicy('DeadLetterQueue', signalRuleIds),
    WakesQueuePolicy: queuePolicy('WakesQueue', wakeRuleIds),
    ...lifecycleHooks({ parameters, names, rules: [...signalRuleIds, ...wakeRuleIds] }),
    ...groupAlarms(parameters),
    ...scalingResources(parameters, names),
  }
}

const placeholder: StackParameters = {
  cluster: 'placeholder',
  groups: [],
  hookDelivery: 'eventbridge',
  drainTimeout: 3600,
  onDeadline: 'stop-tasks',
  standaloneTasks: 'wait',
  protectedTasks: 'honour',
  drainReserve: 900,
  spot: 'drain',
  rebalance: 'off',
  health: 'replace',
  launchHook: 'off',
  launchTimeout: 600,
  notificationTopicArn: '',
  dryRun: false,
  scale: 'off',
  headroom: 10,
  scaleOutStep: 10,
  scaleInCooldown: 300,
  scaleInBudget: 10,
  chooseVictims: 'off',
  scalingPolicies: 'off',
  reservationTarget: 100,
  heartbeatTimeout: 1800,
  logRetentionDays: 30,
  logLevel: 'INFO',
}
