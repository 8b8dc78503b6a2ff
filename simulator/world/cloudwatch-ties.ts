import type { AutoScaling } from '../aws/auto-scaling/auto-scaling.ts'
import type { AlarmNotice } from '../aws/cloudwatch/alarm.ts'
import type { CloudWatch } from '../aws/cloudwatch/cloudwatch.ts'
import { statisticsOf, type MetricIdentity } from '../aws/cloudwatch/metric.ts'
import type { Lambda } from '../aws/lambda/lambda.ts'
import { ServiceError } from '../aws/operation.ts'
import type { Sns } from '../aws/sns/sns.ts'
import type { Sqs } from '../aws/sqs/sqs.ts'
import type { Simulation } from '../engine/simulation.ts'
import { call } from './call.ts'

/** Does what an alarm is to do. An action whose target does not exist is lost, and CloudWatch never says so. */
export const actOnAlarm =
  (targets: { readonly autoScaling: AutoScaling; readonly sns: Sns }) =>
  (actionArn: string, notice: AlarmNotice): void => {
    if (actionArn.includes(':autoscaling:')) return targets.autoScaling.onAlarm(actionArn, notice)
    if (actionArn.includes(':sns:')) publishAlarm(targets.sns, actionArn, notice)
  }

const publishAlarm = (sns: Sns, TopicArn: string, notice: AlarmNotice): void => {
  const { alarm, state, previousState, reason, at } = notice
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    NewStateValue: state,
    NewStateReason: reason,
    StateChangeTime: new Date(at).toISOString(),
    OldStateValue: previousState,
  }
  try {
    call(sns.model, 'Publish', { TopicArn, Message: JSON.stringify(message) })
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'NotFound')) throw error
  }
}

interface Measured {
  readonly simulation: Simulation
  readonly lambda: Lambda
  readonly sqs: Sqs
}

/** AWS's own metrics that the stack's alarms read: of functions as they run, of queues each minute. */
export const putOwnMetrics = (cloudWatch: CloudWatch, { simulation, lambda, sqs }: Measured): void => {
  const put = (metric: MetricIdentity, unit: string, value: number) => {
    const statistics = statisticsOf([value])
    if (statistics !== undefined) cloudWatch.putSample({ ...metric, unit, at: simulation.now(), statistics })
  }
  const ofFunction = (FunctionName: string, name: string, value: number) =>
    put({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName } }, 'Count', value)
  lambda.onInvocation(({ functionName, result }) => {
    ofFunction(functionName, 'Invocations', 1)
    ofFunction(functionName, 'Errors', result.kind === 'succeeded' ? 0 : 1)
  })
  cloudWatch.onMinute(() => {
    for (const { spec, counts } of sqs.queues) {
      const dimensions = { QueueName: spec.name }
      const metric = { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', dimensions }
      put(metric, 'Count', counts.available)
    }
  })
}
