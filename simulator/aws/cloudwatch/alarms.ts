import type { Simulation } from '../../engine/simulation.ts'
import type { AlarmState, DataPoints } from './alarm-evaluation.ts'
import { evaluateAlarm } from './alarm-evaluation.ts'
import type { Alarm, AlarmNotice, AlarmSpec } from './alarm.ts'
import type { CloudWatchAssumptions } from './assumptions.ts'
import { MINUTE_MS, type MetricStore } from './metric-store.ts'
import { valueOf } from './metric.ts'

interface AlarmsOptions {
  readonly simulation: Simulation
  readonly metrics: MetricStore
  readonly assumptions: CloudWatchAssumptions
  readonly arnOf: (alarmName: string) => string
  /** Does an action of an alarm, such as executing a scaling policy. */
  readonly act: (actionArn: string, notice: AlarmNotice) => void
  readonly onStateChange: (alarm: Alarm, notice: AlarmNotice) => void
  /** Called before each evaluation: services that are asked for their metrics answer now. */
  readonly beforeEvaluation: () => void
}

/** Shown until the first evaluation, in AWS's own words. */
const UNCHECKED = 'Unchecked: Initial alarm creation'

/**
 * The alarms of the account. Each is evaluated once a minute ("Using Amazon CloudWatch alarms"), all of them at the same
 * second, which is drawn: AWS does not say when.
 */
export class Alarms {
  readonly #options: AlarmsOptions
  readonly #alarms = new Map<string, Alarm>()
  readonly #offsetMs: number
  #isTicking = false

  constructor(options: AlarmsOptions) {
    this.#options = options
    this.#offsetMs = options.simulation.randomFor('cloudwatch alarms').integer(0, MINUTE_MS - 1)
  }

  /** By name. */
  all(): readonly Alarm[] {
    return [...this.#alarms.values()].toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1))
  }

  find(name: string): Alarm | undefined {
    return this.#alarms.get(name)
  }

  /** Makes the alarm, or replaces what is known of it; its state stays until the next evaluation. */
  put(spec: AlarmSpec): Alarm {
    const now = this.#options.simulation.now()
    const alarm = this.#alarms.get(spec.name) ?? this.#newAlarm(spec, now)
    alarm.spec = spec
    alarm.configuredAt = now
    this.#alarms.set(spec.name, alarm)
    if (!this.#isTicking) this.#tickLater()
    return alarm
  }

  delete(name: string): void {
    this.#alarms.delete(name)
  }

  /** Until the next evaluation, as when somebody tries an alarm out (API reference, SetAlarmState). */
  setState(alarm: Alarm, state: AlarmState, reason: string): void {
    this.#moveTo(alarm, state, { reason, value: undefined, valueAt: undefined })
  }

  #newAlarm(spec: AlarmSpec, now: number): Alarm {
    const arn = this.#options.arnOf(spec.name)
    const unknown = { state: 'INSUFFICIENT_DATA' as const, reason: UNCHECKED, stateSince: now }
    return { spec, arn, createdAt: now, configuredAt: now, ...unknown }
  }

  #tickLater(): void {
    this.#isTicking = true
    const { simulation } = this.#options
    const sinceTick = (((simulation.now() - this.#offsetMs) % MINUTE_MS) + MINUTE_MS) % MINUTE_MS
    simulation.after(MINUTE_MS - sinceTick, () => this.#tick())
  }

  #tick(): void {
    if (this.#alarms.size === 0) {
      this.#isTicking = false
      return
    }
    this.#tickLater()
    this.#options.beforeEvaluation()
    for (const alarm of this.#alarms.values()) this.#evaluate(alarm)
  }

  #evaluate(alarm: Alarm): void {
    const points = this.#pointsOf(alarm.spec)
    const state = evaluateAlarm(alarm.spec.rule, points, alarm.state)
    const newest = points.findLastIndex((point) => point !== undefined)
    const periodsAgo = points.length - newest
    this.#moveTo(alarm, state, {
      reason: reasonOf(alarm.spec, points, state),
      value: points[newest],
      valueAt: newest === -1 ? undefined : this.#lastMinute() - periodsAgo * alarm.spec.periodSeconds * 1_000,
    })
  }

  /** Periods end with the last whole minute, whatever their length. */
  #pointsOf({ metric, unit, statistic, periodSeconds, rule }: AlarmSpec): DataPoints {
    const { metrics, assumptions } = this.#options
    const end = this.#lastMinute()
    const count = rule.evaluationPeriods + assumptions.extraPeriodsRetrieved
    return Array.from({ length: count }, (_, index) => {
      const to = end - (count - 1 - index) * periodSeconds * 1_000
      const set = metrics.statistics({ metric, unit, from: to - periodSeconds * 1_000, to })
      return set === undefined ? undefined : valueOf(set, statistic)
    })
  }

  /** The end of the last whole minute. */
  #lastMinute(): number {
    return Math.floor(this.#options.simulation.now() / MINUTE_MS) * MINUTE_MS
  }

  #moveTo(alarm: Alarm, state: AlarmState, because: Pick<AlarmNotice, 'reason' | 'value' | 'valueAt'>): void {
    const { simulation, onStateChange } = this.#options
    const previousState = alarm.state
    const notice = { ...because, alarm: alarm.spec, state, previousState, at: simulation.now() }
    if (state !== previousState) {
      Object.assign(alarm, { state, reason: because.reason, stateSince: simulation.now() })
      onStateChange(alarm, notice)
    }
    this.#act(notice)
  }

  /**
   * Actions follow a change of state. Those of Auto Scaling are repeated every minute while the state lasts ("Using
   * Amazon CloudWatch alarms").
   */
  #act(notice: AlarmNotice): void {
    const { actions, areActionsEnabled } = notice.alarm
    const isNews = notice.state !== notice.previousState
    if (!areActionsEnabled) return
    for (const arn of actions[notice.state]) {
      if (isNews || arn.includes(':autoscaling:')) this.#options.act(arn, notice)
    }
  }
}

const reasonOf = ({ rule, name }: AlarmSpec, points: DataPoints, state: AlarmState): string => {
  const known = points.filter((point) => point !== undefined).slice(-rule.evaluationPeriods)
  const list = known.toReversed().join(', ')
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${known.length} datapoints were available.`
  return `Threshold of ${name}: the most recent datapoints [${list}] brought it to ${state} at ${rule.threshold}.`
}
