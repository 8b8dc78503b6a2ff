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
  SchedulableTasks: {
    unit: 'Count',
    dimensions: ['Shape'],
    meaning:
      'How many more tasks of a size (CPU units/MiB, one for each size of a service) ECS could place now.',
  },
  LeastSchedulableTasks: {
    unit: 'Count',
    dimensions: [],
    meaning:
      'The least of SchedulableTasks over all services that want tasks, but those that fit no machine. Absent without one.',
  },
  LargestSchedulableTask: {
    unit: 'None',
    dimensions: ['Resource'],
    meaning: 'CPU units and MiB that are left on the roomiest instance: the largest task that still goes in.',
  },
  PendingTasks: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Tasks that services lack, and standalone tasks that wait for an instance.',
  },
  InstancesNeeded: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Machines to add to those that are coming, for all that waits and for the headroom.',
  },
  InstancesNeededAtLeast: {
    unit: 'Count',
    dimensions: [],
    meaning: 'A lower bound of InstancesNeeded over all groups: how good the packing is at worst.',
  },
  UnplacedTasks: {
    unit: 'Count',
    dimensions: ['Reason'],
    meaning: 'Tasks that wait and for which no group would bring a machine.',
  },
  InstancesActive: { unit: 'Count', dimensions: [], meaning: 'Instances on which ECS may place a task.' },
  InstancesDraining: { unit: 'Count', dimensions: [], meaning: 'Container instances that are DRAINING.' },
  InstancesEmpty: { unit: 'Count', dimensions: [], meaning: 'Instances with no task but daemons.' },
  InstancesDisconnected: {
    unit: 'Count',
    dimensions: [],
    meaning: 'ACTIVE or DRAINING instances whose agent is silent.',
  },
  InstancesUnregistered: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Instances in service in their group that the cluster does not know.',
  },
  RemovableInstances: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Instances that could go all together, with room left for their tasks and for the headroom.',
  },
  CapacityReservation: {
    unit: 'Percent',
    dimensions: ['AutoScalingGroupName'],
    meaning:
      'Instances needed, in percent of those that are there or coming. Above 100 the group is too small.',
  },
  ReservationPercent: {
    unit: 'Percent',
    dimensions: ['Resource'],
    meaning: 'How much of a resource is in use on the instances that take tasks.',
  },
  FragmentationPercent: {
    unit: 'Percent',
    dimensions: [],
    meaning: 'Room that is free and still of no use to the service with the largest task.',
  },
  HeadroomTasks: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Of the tasks that headroom keeps room for, those that would go in now.',
  },
  ProtectedIdleInstances: {
    unit: 'Count',
    dimensions: [],
    meaning: 'Instances with no task but daemons that scale-in protection keeps.',
  },
  DesiredBelowActual: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'Instances in service beyond the desired capacity: a scale-in that does not come about.',
  },
  DesiredCapacityAdvised: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName'],
    meaning: 'The desired capacity that the group should have now.',
  },
  ScalingRefused: {
    unit: 'Count',
    dimensions: ['AutoScalingGroupName', 'Reason'],
    meaning: '1 while Ebbtide refuses to scale the group, by reason.',
  },
  SnapshotAgeSeconds: {
    unit: 'Seconds',
    dimensions: [],
    meaning: 'Age of the snapshot behind the newest of these metrics.',
  },
  CapacityRunsFailed: {
    unit: 'Count',
    dimensions: [],
    meaning: '1 for a run in which the cluster could not be measured or scaled; else 0.',
  },
  VictimsVetoed: {
    unit: 'Count',
    dimensions: ['Reason'],
    meaning: 'Scale-ins and replacements for which choose-victims named no instance, by reason.',
  },
} as const satisfies Record<string, Metric>

interface Metric {
  readonly unit: 'Count' | 'Seconds' | 'Percent' | 'None'
  readonly dimensions: readonly string[]
  readonly meaning: string
}

export type MetricName = keyof typeof metricCatalogue

/** The dimensions that a metric must be given, beside ClusterName. */
export type DimensionsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricCatalogue)[Name]['dimensions'][number], string>
>
