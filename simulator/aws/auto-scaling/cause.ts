/**
 * Why a scaling activity began, in the sentences that Auto Scaling writes. People and programs read a drain's cause
 * from them, so their wording is part of the model. Times are milliseconds since 1970.
 */
export const causes = {
  /** What a person or program asked for; capacity activities that follow start with this sentence. */
  setDesiredCapacity: (at: number, from: number, to: number): string =>
    `At ${stamp(at)} a user request explicitly set group desired capacity changing the desired capacity from ${from} to ${to}.`,
  update: (at: number, bounds: Bounds, from: number): string =>
    `At ${stamp(at)} a user request update of AutoScalingGroup constraints to min: ${bounds.min}, max: ${bounds.max}, ` +
    `desired: ${bounds.desired} changing the desired capacity from ${from} to ${bounds.desired}.`,
  create: (at: number, desired: number): string =>
    `At ${stamp(at)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`,
  alarm: (at: number, { alarm, state, policy, from, to }: AlarmCause): string =>
    `At ${stamp(at)} a monitor alarm ${alarm} in state ${state} triggered policy ${policy} changing the desired capacity ` +
    `from ${from} to ${to}.`,
  executedPolicy: (at: number, { policy, from, to }: PolicyCause): string =>
    `At ${stamp(at)} a user request executed policy ${policy} changing the desired capacity from ${from} to ${to}.`,

  growth: (at: number, from: number, to: number): string =>
    `At ${stamp(at)} an instance was started in response to a difference between desired and actual capacity, ` +
    `increasing the capacity from ${from} to ${to}.`,
  shrinking: (at: number, from: number, to: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to a difference between desired and actual ` +
    `capacity, shrinking the capacity from ${from} to ${to}.`,
  selected: (at: number, instanceId: string): string =>
    `At ${stamp(at)} instance ${instanceId} was selected for termination.`,

  userTermination: (at: number, instanceId: string): string =>
    `At ${stamp(at)} instance ${instanceId} was taken out of service in response to a user request.`,
  userTerminationWithDecrement: (at: number, instanceId: string, from: number): string =>
    `At ${stamp(at)} instance ${instanceId} was taken out of service in response to a user request, ` +
    `shrinking the capacity from ${from} to ${from - 1}.`,

  failedHealthCheck: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to an EC2 health check indicating it has been ` +
    `terminated or stopped.`,
  abandonedLaunch: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to a launch failure.`,
  replacement: (at: number): string =>
    `At ${stamp(at)} an instance was launched in response to an unhealthy instance needing to be replaced.`,

  refreshTermination: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to an instance refresh.`,
  refreshLaunch: (at: number): string =>
    `At ${stamp(at)} an instance was launched in response to an instance refresh.`,

  rebalancingLaunch: (at: number): string =>
    `At ${stamp(at)} an instance was launched to aid in balancing the group's zones.`,
  rebalancing: (at: number, zone: string): string =>
    `At ${stamp(at)} instances were launched to balance instances in zones ${zone} with other zones resulting in ` +
    `more than desired number of instances in the group.`,

  // No public record of what follows was found word for word: the sentences keep to the pattern of the others.
  lifetimeTermination: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to a maximum instance lifetime being reached.`,
  lifetimeLaunch: (at: number): string =>
    `At ${stamp(at)} an instance was launched in response to a maximum instance lifetime being reached.`,

  poolGrowth: (at: number, from: number, to: number): string =>
    `At ${stamp(at)} an instance was started in response to a difference between desired and actual warm pool ` +
    `capacity, increasing the warm pool capacity from ${from} to ${to}.`,
  poolShrinking: (at: number, instanceId: string): string =>
    `At ${stamp(at)} instance ${instanceId} was taken out of the warm pool in response to a difference between desired ` +
    `and actual warm pool capacity.`,

  rootVolumeReplacement: (at: number): string =>
    `At ${stamp(at)} the root volume of an instance was replaced in response to an instance refresh.`,
  abandonedRootVolume: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to a failed root volume replacement.`,

  spotInterruption: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to an EC2 Spot interruption notice.`,
  rebalanceTermination: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to an EC2 instance rebalance recommendation.`,
  rebalanceLaunch: (at: number): string =>
    `At ${stamp(at)} an instance was launched in response to an EC2 instance rebalance recommendation.`,
  scheduledEvent: (at: number): string =>
    `At ${stamp(at)} an instance was taken out of service in response to an EC2 health check indicating it has a ` +
    `scheduled event.`,
} as const

interface PolicyCause {
  readonly policy: string
  readonly from: number
  readonly to: number
}

interface AlarmCause extends PolicyCause {
  readonly alarm: string
  readonly state: string
}

export interface Bounds {
  readonly min: number
  readonly max: number
  readonly desired: number
}

/** Auto Scaling joins its sentences with two spaces. */
export const joined = (...sentences: readonly (string | undefined)[]): string =>
  sentences.filter((sentence) => sentence !== undefined).join('  ')

const stamp = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
