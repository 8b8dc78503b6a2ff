import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'

import type { Decision } from './decide/decision.ts'
import type { DrainFacts } from './decide/facts.ts'
import type { DrainPolicy } from './decide/policy.ts'
import { metricCatalogue, type DimensionsOf, type MetricName } from './metric-catalogue.ts'

export const METRICS_NAMESPACE = 'Ebbtide'

/** The message of the line that `npm run replay` decides again. */
export const DECISION_MESSAGE = 'Decided on an instance'

/** What a decision rested on and what came of it. */
interface DecisionRecord {
  readonly facts: DrainFacts
  readonly policy: DrainPolicy
  readonly decision: Decision
  /** The result of each action in turn; shorter than the actions when one of them ended or failed the rest. */
  readonly results: readonly string[]
  /** What was done beside the decision because an action failed, and what came of it. Absent: nothing was. */
  readonly remedies?: readonly { readonly do: string; readonly result: string }[]
  /** Absent: nothing failed. */
  readonly error?: Error
}

interface Point {
  readonly name: MetricName
  readonly value: number
}

/** The one logger and the one way to metrics. Metrics are kept until `flush`. */
export class Telemetry {
  readonly logger: Logger
  readonly #clusterName: string
  readonly #points = new Map<
    string,
    { readonly dimensions: Record<string, string>; readonly points: Point[] }
  >()

  constructor(clusterName: string) {
    this.#clusterName = clusterName
    this.logger = new Logger({ persistentKeys: { cluster: clusterName } })
  }

  /** One line for each decision, with all that is needed to decide it again. */
  decided({ facts, policy, decision, results, remedies, error }: DecisionRecord): void {
    const { instanceId, autoScalingGroupName } = facts
    const { verdict, because } = decision
    const done = { decision, results, ...(remedies && { remedies }) }
    const fields = { instanceId, autoScalingGroupName, verdict, because, ...done, facts, policy }
    if (error === undefined) this.logger.info(DECISION_MESSAGE, fields)
    else this.logger.error(DECISION_MESSAGE, { ...fields, error })
  }

  measure<Name extends MetricName>(name: Name, value: number, dimensions: DimensionsOf<Name>): void {
    const all = { ClusterName: this.#clusterName, ...dimensions }
    const key = JSON.stringify(all)
    const set = this.#points.get(key) ?? { dimensions: all, points: [] }
    set.points.push({ name, value })
    this.#points.set(key, set)
  }

  /** Writes what was measured, one line of embedded metric format for each set of dimensions. */
  flush(): void {
    for (const { dimensions, points } of this.#points.values()) {
      const metrics = new Metrics({ namespace: METRICS_NAMESPACE })
      // Powertools adds a dimension `service` of its own, and an alarm must name exactly the dimensions of its metric.
      metrics.clearDefaultDimensions()
      metrics.addDimensions(dimensions)
      for (const { name, value } of points) metrics.addMetric(name, metricCatalogue[name].unit, value)
      metrics.publishStoredMetrics()
    }
    this.#points.clear()
  }
}
