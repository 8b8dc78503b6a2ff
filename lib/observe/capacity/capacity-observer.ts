import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'

import type { CapacityClients } from '../../aws/capacity-clients.ts'
import type { MachineType } from '../../capacity/snapshot.ts'
import type { TaskNeed } from '../../capacity/workload.ts'
import type { Clock } from '../../clock.ts'
import { Memo } from '../memo.ts'
import { Sightings } from '../sightings.ts'

/** All that a snapshot needs: clients, time, and what one execution environment remembers between invocations. */
export interface CapacityObserver {
  readonly clients: CapacityClients
  readonly clock: Clock
  readonly cluster: string
  readonly groups: readonly string[]
  readonly hookName: string
  readonly bucket: string
  readonly taskNeeds: Memo<TaskNeed>
  readonly instanceTypes: Memo<InstanceTypeInfo>
  /** The types that a group's launch template names, by group and template; its default version may change. */
  readonly launchedTypes: Memo<readonly string[]>
  /** By group: what its machines are, as S3 has it. Absent: not read yet. */
  readonly knownMachines: Map<string, readonly MachineType[]>
  /** Tasks that were seen STOPPED, which is for ever. */
  readonly stoppedTasks: Set<string>
  /** By group: since when its desired capacity has been below what is in service. */
  readonly desiredBelowActual: Sightings
  /** By container instance: since when its agent has been silent. */
  readonly silentAgents: Sightings
}

const LAUNCHED_TYPES_MEMO_MS = 10 * 60_000

/** The largest clusters are looked at every few minutes, so as to spare the reads of ECS. */
const LONGEST_INTERVAL_MS = 10 * 60_000

export const createCapacityObserver = (
  parts: Pick<CapacityObserver, 'clients' | 'clock' | 'cluster' | 'groups' | 'hookName' | 'bucket'>,
): CapacityObserver => ({
  ...parts,
  taskNeeds: new Memo(parts.clock, Infinity),
  instanceTypes: new Memo(parts.clock, Infinity),
  launchedTypes: new Memo(parts.clock, LAUNCHED_TYPES_MEMO_MS),
  knownMachines: new Map(),
  stoppedTasks: new Set(),
  desiredBelowActual: new Sightings(parts.clock, LONGEST_INTERVAL_MS),
  silentAgents: new Sightings(parts.clock, LONGEST_INTERVAL_MS),
})
