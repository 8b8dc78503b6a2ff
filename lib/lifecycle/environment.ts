import type { Actor } from '../act/perform.ts'
import type { Clients } from '../aws/clients.ts'
import type { Clock } from '../clock.ts'
import type { HookFacts } from '../decide/facts.ts'
import type { DrainPolicy } from '../decide/policy.ts'
import { createObserver, type Observer } from '../observe/observer.ts'
import { policyForTags, type Settings } from '../settings.ts'
import { Telemetry } from '../telemetry.ts'
import type { Waiting } from './keep-alive.ts'

/** What one Lambda execution environment holds between invocations. */
export interface Environment {
  readonly settings: Settings
  readonly clock: Clock
  readonly observer: Observer
  readonly actor: Actor
  readonly telemetry: Telemetry
  /** Instances whose hook waited when resync last saw them, by instance id. */
  readonly waiting: Map<string, Waiting>
  /** What was last told of an instance that is stuck, so that it is told once; by instance id. */
  readonly told: Map<string, string>
}

interface EnvironmentParts {
  readonly settings: Settings
  readonly clients: Clients
  readonly clock: Clock
}

export const createEnvironment = ({ settings, clients, clock }: EnvironmentParts): Environment => {
  const { cluster, groups, hookName, launchHookName, heartbeatTimeoutSeconds, wakesQueueUrl } = settings
  const telemetry = new Telemetry(cluster)
  const scope = {
    cluster,
    groups,
    hookName,
    heartbeatTimeoutSeconds,
    ...(launchHookName !== undefined && { launchHookName }),
  }
  const observer = createObserver({
    clients,
    clock,
    scope,
    policyOf: policyReader(settings, telemetry),
    ...(settings.dryRun && { dryRunHook: likeOurs }),
  })
  const { refusedMemory } = observer
  const { notificationTopicArn } = settings
  return {
    settings,
    clock,
    observer,
    actor: {
      clients,
      clock,
      cluster,
      hookName,
      wakesQueueUrl,
      refusedMemory,
      ...(notificationTopicArn !== undefined && { notificationTopicArn }),
    },
    telemetry,
    waiting: new Map(),
    told: new Map(),
  }
}

/** The hook that a stack puts on its groups when it is not a dry run, with its default timeout. */
const likeOurs: HookFacts = {
  heartbeatTimeoutSeconds: 1_800,
  globalTimeoutSeconds: 172_800,
  hasCompanions: false,
  retainsAbandoned: false,
  isLaunchSuspended: false,
}

/** Says once for each tag that it makes no sense. */
const policyReader = ({ policy: stack }: Settings, { logger }: Telemetry) => {
  const said = new Set<string>()
  return (tags: Readonly<Record<string, string>>): DrainPolicy => {
    const { policy, nonsense } = policyForTags(stack, tags)
    for (const sentence of nonsense.filter((one) => !said.has(one))) {
      said.add(sentence)
      logger.warn("Ignored a group's tag, the stack's value stands", { sentence })
    }
    return policy
  }
}
