import * as z from 'zod/mini'

import type { ChooserClients } from '../aws/chooser-clients.ts'
import { asError } from '../aws/errors.ts'
import { candidatesKey } from '../capacity/candidate-list.ts'
import { chooseVictims, type VetoBecause, type VictimRequest } from '../capacity/victims.ts'
import type { Clock } from '../clock.ts'
import { readFreshFacts } from '../observe/capacity/fresh-facts.ts'
import { readCandidates } from '../observe/capacity/stored-candidates.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Timer } from '../timer.ts'
import type { ChooserSettings } from './settings.ts'

/** What one execution environment that chooses victims holds between invocations. */
export interface ChooserEnvironment {
  readonly settings: ChooserSettings
  readonly clients: ChooserClients
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly after: Timer
}

/** What Auto Scaling expects ("Create a custom termination policy with Lambda"). An empty list: take none, ask again. */
export interface Victims {
  readonly InstanceIDs: readonly string[]
}

/** Auto Scaling waits two seconds in all, and its own way here and back takes part of them. */
const DEADLINE_MS = 1_200

/**
 * Answers which instances Auto Scaling may terminate. On any doubt none: an instance too many costs money, one that is
 * taken away wrongly costs requests. It never throws.
 */
export const choose = async (environment: ChooserEnvironment, event: unknown): Promise<Victims> => {
  const { telemetry } = environment
  const parsed = request.safeParse(event)
  if (!parsed.success) return veto(environment, { because: 'bad-event', about: [] })
  const { AutoScalingGroupName: autoScalingGroupName } = parsed.data
  try {
    const { because, about, instanceIds } = await withDeadline(
      environment,
      chooseNow(environment, parsed.data),
    )
    const { Cause: cause } = parsed.data
    if (because !== undefined) return veto(environment, { because, about, autoScalingGroupName, cause })
    telemetry.logger.info('Chose victims', { autoScalingGroupName, cause, instanceIds })
    return { InstanceIDs: instanceIds }
  } catch (error) {
    return veto(environment, {
      because: 'unreadable',
      about: [],
      autoScalingGroupName,
      error: asError(error),
    })
  }
}

/** A sample stands in `events/`. */
const request = z.object({
  AutoScalingGroupName: z.string(),
  Cause: z.enum(['SCALE_IN', 'INSTANCE_REFRESH', 'MAX_INSTANCE_LIFETIME', 'REBALANCE']),
  CapacityToTerminate: z.array(
    z.object({
      AvailabilityZone: z.string(),
      Capacity: z.number(),
      InstanceMarketOption: z._default(z.string(), 'on-demand'),
    }),
  ),
  Instances: z.array(
    z.object({
      AvailabilityZone: z.string(),
      InstanceId: z.string(),
      InstanceMarketOption: z._default(z.string(), 'on-demand'),
    }),
  ),
})

type ParsedRequest = z.output<typeof request>

interface Choice {
  readonly instanceIds: readonly string[]
  /** Absent: it is no veto. */
  readonly because?: VetoReason
  readonly about: readonly string[]
}

/** Why no instance may be terminated; a dimension of VictimsVetoed. */
export type VetoReason = VetoBecause | 'bad-event' | 'unreadable' | 'out-of-time'

const chooseNow = async (environment: ChooserEnvironment, parsed: ParsedRequest): Promise<Choice> => {
  const { clients, clock, settings } = environment
  const asked = requestOf(parsed)
  const key = candidatesKey(parsed.AutoScalingGroupName)
  const stored = await readCandidates({ s3: clients.s3, bucket: settings.bucket, key })
  const fresh = await readFreshFacts({ ecs: clients.ecs, cluster: settings.cluster, stored, request: asked })
  const choice = chooseVictims({ request: asked, list: stored?.list, fresh, now: clock.now() })
  return choice.kind === 'chosen'
    ? { instanceIds: choice.instanceIds, about: [] }
    : { instanceIds: [], because: choice.because, about: choice.about }
}

const requestOf = ({ Cause, CapacityToTerminate, Instances }: ParsedRequest): VictimRequest => ({
  cause: Cause,
  capacityToTerminate: CapacityToTerminate.map(({ AvailabilityZone, Capacity, InstanceMarketOption }) => ({
    zone: AvailabilityZone,
    capacity: Capacity,
    marketOption: InstanceMarketOption,
  })),
  instances: Instances.map(({ AvailabilityZone, InstanceId, InstanceMarketOption }) => ({
    instanceId: InstanceId,
    zone: AvailabilityZone,
    marketOption: InstanceMarketOption,
  })),
})

/** What comes too late is thrown away: the calls may go on, and their answers change nothing. */
const withDeadline = ({ after }: ChooserEnvironment, choosing: Promise<Choice>): Promise<Choice> =>
  new Promise((resolve, reject) => {
    const late = after(DEADLINE_MS, () => resolve({ instanceIds: [], because: 'out-of-time', about: [] }))
    choosing.then(resolve, reject).finally(() => late.cancel())
  })

interface Veto {
  readonly because: VetoReason
  readonly about: readonly string[]
  readonly autoScalingGroupName?: string
  readonly cause?: string
  readonly error?: Error
}

const veto = ({ telemetry }: ChooserEnvironment, { because, ...fields }: Veto): Victims => {
  telemetry.measure('VictimsVetoed', 1, { Reason: because })
  telemetry.logger.warn('Vetoed a termination', { because, ...fields })
  return { InstanceIDs: [] }
}
