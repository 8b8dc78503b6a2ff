import type { Actor } from './act/perform.ts'
import type { Clients } from './aws/clients.ts'
import type { Clock } from './clock.ts'
import type { DrainPolicy } from './decide/policy.ts'
import { createObserver, type Observer } from './observe/observer.ts'
import type { Settings } from './settings.ts'
import { Telemetry } from './telemetry.ts'

/** What one Lambda execution environment holds between invocations. */
export interface Environment {
  readonly settings: Settings
  readonly policy: DrainPolicy
  readonly clock: Clock
  readonly observer: Observer
  readonly actor: Actor
  readonly telemetry: Telemetry
}

export interface EnvironmentParts {
  readonly settings: Settings
  readonly clients: Clients
  readonly clock: Clock
}

export const createEnvironment = ({ settings, clients, clock }: EnvironmentParts): Environment => {
  const { cluster, groups, hookName, wakesQueueUrl, drainTimeoutSeconds, onDeadline } = settings
  const policy = { drainTimeoutSeconds, onDeadline }
  const observer = createObserver({ clients, clock, scope: { cluster, groups, hookName }, policy })
  return {
    settings,
    policy,
    clock,
    observer,
    actor: { clients, clock, cluster, hookName, wakesQueueUrl, refusedMemory: observer.refusedMemory },
    telemetry: new Telemetry(cluster),
  }
}
