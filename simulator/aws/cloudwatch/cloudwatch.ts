import type { Simulation } from '../../engine/simulation.ts'
import type { PublishEvent } from '../event.ts'
import type { ServiceModel } from '../operation.ts'
import { alarmEvent } from './alarm-event.ts'
import type { Alarm, AlarmNotice, AlarmSpec } from './alarm.ts'
import { Alarms } from './alarms.ts'
import { defaultCloudWatchAssumptions, type CloudWatchAssumptions } from './assumptions.ts'
import { samplesIn } from './embedded-metrics.ts'
import { MetricStore } from './metric-store.ts'
import type { MetricSample } from './metric.ts'
import { alarmOperations } from './operations/alarms.ts'
import { metricOperations } from './operations/metrics.ts'

interface CloudWatchOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly publish: PublishEvent
  /** Does an action of an alarm. What an ARN names may not exist: CloudWatch does not check it. */
  readonly act: (actionArn: string, notice: AlarmNotice) => void
  readonly assumptions?: Partial<CloudWatchAssumptions>
}

/** Simulated Amazon CloudWatch: metrics of standard resolution, and alarms on them. */
export class CloudWatch {
  readonly #options: CloudWatchOptions
  readonly #metrics: MetricStore
  readonly #alarms: Alarms
  readonly #samplers: (() => void)[] = []
  readonly #listeners: ((notice: AlarmNotice) => void)[] = []

  constructor(options: CloudWatchOptions) {
    this.#options = options
    const { simulation, account } = options
    this.#metrics = new MetricStore(simulation)
    this.#alarms = new Alarms({
      ...options,
      assumptions: { ...defaultCloudWatchAssumptions, ...options.assumptions },
      metrics: this.#metrics,
      arnOf: (name) => `arn:aws:cloudwatch:${account.region}:${account.accountId}:alarm:${name}`,
      onStateChange: (alarm, notice) => this.#tell(alarm, notice),
      beforeEvaluation: () => this.#samplers.forEach((sample) => sample()),
    })
  }

  /** A line that a function wrote: where it is in embedded metric format, its metrics arrive a moment later. */
  hearLogLine(line: Readonly<Record<string, unknown>>): void {
    for (const sample of samplesIn(line)) this.#metrics.put(sample)
  }

  /** A value of one of AWS's own metrics. */
  putSample(sample: MetricSample): void {
    this.#metrics.put(sample)
  }

  /** Asked every minute while there are alarms: a service whose metrics only alarms read puts them then. */
  onMinute(sample: () => void): void {
    this.#samplers.push(sample)
  }

  putAlarm(spec: AlarmSpec): Alarm {
    return this.#alarms.put(spec)
  }

  deleteAlarm(name: string): void {
    this.#alarms.delete(name)
  }

  /** Every alarm by name. */
  get alarms(): readonly Alarm[] {
    return this.#alarms.all()
  }

  /** Those that name the ARN among their actions. */
  alarmsActingOn(arn: string): readonly Alarm[] {
    return this.alarms.filter(({ spec }) => Object.values(spec.actions).flat().includes(arn))
  }

  /** Called when an alarm comes to another state. */
  onAlarm(listener: (notice: AlarmNotice) => void): void {
    this.#listeners.push(listener)
  }

  get model(): ServiceModel {
    const { now } = this.#options.simulation
    return {
      serviceId: 'CloudWatch',
      operations: { ...metricOperations({ metrics: this.#metrics, now }), ...alarmOperations(this.#alarms) },
    }
  }

  #tell(alarm: Alarm, notice: AlarmNotice): void {
    this.#options.publish(alarmEvent(alarm, notice))
    for (const listener of this.#listeners) listener(notice)
  }
}
