import { asError } from '../aws/errors.ts'
import { measure } from '../capacity/measure.ts'
import { removableTogether } from '../capacity/removal.ts'
import { secondsBetween } from '../clock.ts'
import type { CapacityEnvironment } from './environment.ts'
import { publishAdvice, publishMeasures } from './metrics.ts'
import type { Urgency } from './read-budget.ts'
import { rememberMachines } from './remember-machines.ts'
import { errorsOf, removeInstances, setDesiredCapacities } from './scale-groups.ts'
import { storeCandidates } from './store-candidates.ts'
import { surveyAndPlan, type Surveyed } from './survey-and-plan.ts'

/** The message of the line that says what each group should have, and why. */
export const PLAN_MESSAGE = 'Planned the capacity'

/** What a batch of messages asks for. */
export interface Asked {
  /** When the newest of them was sent. */
  readonly askedAt: number
  readonly urgency: Urgency
}

/** Everything but the minute's tick tells of a task without a place. */
export const askedBy = (messages: readonly { readonly sentAt: number; readonly body: string }[]): Asked => ({
  askedAt: Math.max(...messages.map(({ sentAt }) => sentAt)),
  urgency: messages.every(({ body }) => isTick(body)) ? 'usual' : 'wanted',
})

/** `{"source":"aws.events","detail-type":"Scheduled Event", …}`; what is no event says nothing urgent either way. */
const isTick = (body: string): boolean => body.includes('"Scheduled Event"')

/**
 * One run: a snapshot, its metrics, and what follows from it. One snapshot answers all messages that asked for it.
 *
 * It never throws. A message that failed would come back and hold up every other one of its message group, and the next
 * minute's says the same: a failed run is logged, counted, and done.
 */
export const measureAndScale = async (
  environment: CapacityEnvironment,
  { askedAt, urgency }: Asked,
): Promise<void> => {
  const { telemetry } = environment
  try {
    if (isAnswered(environment, askedAt)) return
    if (isDue(environment, urgency)) await run(environment)
    telemetry.measure('CapacityRunsFailed', 0, {})
  } catch (error) {
    telemetry.logger.error('Could not measure or scale the cluster', { error: asError(error) })
    telemetry.measure('CapacityRunsFailed', 1, {})
  }
  measureAge(environment)
}

/** A snapshot that was taken after the message was sent has seen what the message tells of. */
const isAnswered = ({ budget }: CapacityEnvironment, askedAt: number): boolean =>
  budget.takenAt !== undefined && askedAt <= budget.takenAt

/** A large cluster takes more reads than a minute grants, so it is measured less often. */
const isDue = ({ budget, clock, telemetry }: CapacityEnvironment, urgency: Urgency): boolean => {
  const now = clock.now()
  const isFree = budget.isFree(now, urgency)
  if (!isFree)
    telemetry.logger.info('Left out a snapshot to spare the reads of ECS', { takenAt: budget.takenAt })
  return isFree
}

/** Nothing is known of the age where no snapshot has succeeded. */
const measureAge = ({ budget, clock, telemetry }: CapacityEnvironment): void => {
  if (budget.takenAt !== undefined)
    telemetry.measure('SnapshotAgeSeconds', secondsBetween(budget.takenAt, clock.now()), {})
}

const run = async (environment: CapacityEnvironment): Promise<void> => {
  const { settings, telemetry } = environment
  const surveyed = await surveyAndPlan(environment)
  const { survey, plan } = surveyed
  tellUnreadShifts(environment, surveyed)
  publishMeasures(telemetry, measure(survey, removableTogether(survey, 'headroom')))
  if (settings.scale !== 'off') {
    logPlan(environment, surveyed)
    publishAdvice(telemetry, plan)
  }
  const failures = await act(environment, surveyed)
  failures.push(...(await errorsOf(() => rememberMachines(environment, surveyed.snapshot))))
  if (failures.length > 0) throw new AggregateError(failures, messagesOf(failures))
}

/** What cannot be read counts as a shift, and the group then never shrinks: told once, until it can be read again. */
const tellUnreadShifts = (
  { telemetry, toldUnreadShifts: told }: CapacityEnvironment,
  { standings }: Surveyed,
): void => {
  for (const [autoScalingGroupName, { shiftUnread: error }] of standings) {
    if (error === undefined) told.delete(autoScalingGroupName)
    else if (!told.has(autoScalingGroupName)) {
      telemetry.logger.warn('Could not read whether a group is shifted away from a zone', {
        autoScalingGroupName,
        error,
      })
      told.add(autoScalingGroupName)
    }
  }
}

/**
 * Desired capacities first: nobody waits for what only costs money. Then the candidates, which count as gone what this run takes away after
 * them: while it does, Auto Scaling may ask for others. Whatever fails, the rest is done; but without the lists written
 * nothing is removed, for the old ones do not know of it.
 */
const act = async (environment: CapacityEnvironment, surveyed: Surveyed): Promise<unknown[]> => {
  const { settings } = environment
  const scaling =
    settings.scale === 'act'
      ? await setDesiredCapacities(environment, surveyed)
      : { removals: [], again: surveyed, failures: [] }
  const { removals, again, failures } = scaling
  const removing = removals.flatMap(({ remove }) => remove)
  const unwritten = settings.choosesVictims
    ? await errorsOf(() => storeCandidates(environment, again, removing))
    : []
  if (unwritten.length > 0) return [...failures, ...unwritten]
  return [...failures, ...(await removeInstances(environment, again, removals))]
}

const messagesOf = (failures: readonly unknown[]): string =>
  failures.map((failure) => asError(failure).message).join('; ')

const logPlan = ({ settings, telemetry }: CapacityEnvironment, { plan, snapshot, reads }: Surveyed): void => {
  const { groups, unplaced } = plan
  const { instances, tasks, services } = snapshot
  telemetry.logger.info(PLAN_MESSAGE, {
    scale: settings.scale,
    groups,
    unplaced,
    counts: { instances: instances.length, tasks: tasks.length, services: services.length, reads },
  })
}
