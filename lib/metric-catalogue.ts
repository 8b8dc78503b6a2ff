/**
 * Every metric that Ebbtide publishes. All carry the dimension ClusterName; `dimensions` are those beside it. An
 * instance id is never a dimension: each would be a metric of its own, for ever.
 */
export const metricCatalogue = {
  SignalsReceived: { unit: 'Count', dimensions: ['Kind'], meaning: 'Messages read, by kind of signal.' },
  SignalsIgnored: {
    unit: 'Count',
    dimensions: ['Reason'],
    meaning: 'Messages that asked for nothing, by reason.',
  },
  SignalLatencySeconds: {
    unit: 'Seconds',
    dimensions: ['Kind'],
    meaning: 'From what a signal tells of until a function read it.',
  },
  DrainsStarted: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Container instances that Ebbtide set to DRAINING.',
  },
  DrainsCompleted: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName', 'Outcome'],
    meaning: 'Hooks that Ebbtide completed, by outcome. Hooks found completed are not counted.',
  },
  DrainsInFlight: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Instances whose hook waits for Ebbtide now.',
  },
  DrainBlocked: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName', 'Reason'],
    meaning: 'Instances whose drain will not end by itself, each minute, by the reason that was proven.',
  },
  DrainDurationSeconds: {
    unit: 'Seconds',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'From the start of a termination until its hook was completed.',
  },
  CompletionLagSeconds: {
    unit: 'Seconds',
    dimensions: ['AutoScalingGroupName'],
    meaning:
      'From the moment the last task had stopped until the hook was completed. Absent where no task ran.',
  },
  OldestDrainAgeSeconds: {
    unit: 'Seconds',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Age of the oldest drain in flight; 0 when there is none.',
  },
  HeartbeatsSent: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Heartbeats that Auto Scaling accepted.',
  },
  TasksStoppedAtDeadline: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Tasks that Ebbtide told ECS to stop because their drain was about to reach its deadline.',
  },
  LaunchReadySeconds: {
    unit: 'Seconds',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'From the start of a launch until ECS could use the instance and it was let into service.',
  },
  LaunchNotReady: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: '1 for a launch that was not ready within `launchTimeout`; else 0.',
  },
  HookMissing: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: '1 while the group lacks our lifecycle hook, so that nothing drains its instances; else 0.',
  },
} as const satisfies Record<string, Metric>

interface Metric {
  readonly unit: 'Count' | 'Seconds'
  readonly dimensions: readonly string[]
  readonly meaning: string
}

export type MetricName = keyof typeof metricCatalogue

/** The dimensions that a metric must be given, beside ClusterName. */
export type DimensionsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricCatalogue)[Name]['dimensions'][number], string>
>
