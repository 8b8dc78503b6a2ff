import { hookMissingAlarms } from './hook-missing-alarms.ts'
import { lifecycleHooks } from './lifecycle-hooks.ts'
import { namesOf, type StackNames } from './names.ts'
import { checkParameters, type StackParameters } from './parameters.ts'
import { functionRole } from './permissions.ts'
import { queuePolicy } from './queue-policies.ts'
import type { Resources } from './template.ts'

/** What `serverless.yml` cannot say by itself, because it follows from the cluster and the list of groups. */
export interface StackDescription {
  readonly parameters: StackParameters
  readonly names: StackNames
  /** Goes into the template beside the resources of `serverless.yml`. */
  readonly resources: { readonly Resources: Resources }
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
    resources: {
      Resources: {
        DrainRole: functionRole('drain', parameters),
        ResyncRole: functionRole('resync', parameters),
        WakesQueuePolicy: queuePolicy('WakesQueue', ['StoppedTasksRule', 'SilentInstancesRule']),
        ...lifecycleHooks(parameters, names),
        ...hookMissingAlarms(parameters),
      },
    },
  }
}

const placeholder: StackParameters = {
  cluster: 'placeholder',
  groups: [],
  hookDelivery: 'eventbridge',
  drainTimeout: 3600,
  onDeadline: 'stop-tasks',
  heartbeatTimeout: 1800,
  logRetentionDays: 30,
  logLevel: 'INFO',
}
