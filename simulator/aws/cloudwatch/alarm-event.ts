import type { AwsEvent } from '../event.ts'
import type { Alarm, AlarmNotice } from './alarm.ts'

/** The event of an alarm that comes to another state ("Alarm events and EventBridge"). */
export const alarmEvent = ({ arn }: Alarm, { alarm, ...notice }: AlarmNotice): AwsEvent => ({
  source: 'aws.cloudwatch',
  detailType: 'CloudWatch Alarm State Change',
  resources: [arn],
  detail: {
    alarmName: alarm.name,
    state: { value: notice.state, reason: notice.reason, timestamp: new Date(notice.at).toISOString() },
    previousState: { value: notice.previousState },
    configuration: {
      metrics: [
        {
          id: 'm1',
          returnData: true,
          metricStat: {
            metric: alarm.metric,
            period: alarm.periodSeconds,
            stat: alarm.statistic,
          },
        },
      ],
    },
  },
})
