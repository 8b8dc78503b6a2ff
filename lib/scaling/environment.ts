import type { CapacityClients } from '../aws/capacity-clients.ts'
import type { Clock } from '../clock.ts'
import { createCapacityObserver, type CapacityObserver } from '../observe/capacity/capacity-observer.ts'
import { Telemetry } from '../telemetry.ts'
import type { Timer } from '../timer.ts'
import { ReadBudget } from './read-budget.ts'
import type { ScalingSettings } from './settings.ts'

/** What one Lambda execution environment that measures and scales holds between invocations. */
export interface CapacityEnvironment {
  readonly settings: ScalingSettings
  readonly clock: Clock
  readonly observer: CapacityObserver
  readonly telemetry: Telemetry
  readonly budget: ReadBudget
  /** By group: the refusal that was last told, so that each is told once. */
  readonly toldRefusals: Map<string, string>
  /** Groups of which it was told that nobody could read whether they are shifted away from a zone. */
  readonly toldUnreadShifts: Set<string>
  readonly after: Timer
}

interface Parts {
  readonly settings: ScalingSettings
  readonly clients: CapacityClients
  readonly clock: Clock
  readonly after: Timer
}

export const createCapacityEnvironment = ({
  settings,
  clients,
  clock,
  after,
}: Parts): CapacityEnvironment => {
  const { cluster, groups, hookName, bucket } = settings
  return {
    settings,
    clock,
    observer: createCapacityObserver({ clients, clock, cluster, groups, hookName, bucket }),
    telemetry: new Telemetry(cluster),
    budget: new ReadBudget(),
    toldRefusals: new Map(),
    toldUnreadShifts: new Set(),
    after,
  }
}
