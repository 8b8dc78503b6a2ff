import type { Timer } from '../../engine/timer-queue.ts'
import type { LoadBalancerSpec } from '../../world/world-spec.ts'

/** Elastic Load Balancing's names for the states of a target that this model knows. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused'

/** Where a container answers: with dynamic host ports a target is an instance and a port. */
export interface TargetAddress {
  readonly targetGroupArn: string
  readonly id: string
  readonly port: number
}

export interface TargetStateChange extends TargetAddress {
  readonly state: TargetState
}

/** A target as whoever sends requests sees it. `answers` is the truth; `state` is what the load balancer believes. */
export interface TargetView {
  readonly id: string
  readonly port: number
  readonly state: TargetState
  readonly answers: boolean
}

export interface Target {
  readonly address: TargetAddress
  readonly registeredAt: number
  state: TargetState
  answers: boolean
  /** The next change of state, if nothing happens before: a health verdict or the end of the deregistration delay. */
  verdict: Timer | undefined
}

export interface TargetGroup {
  readonly arn: string
  readonly name: string
  readonly spec: LoadBalancerSpec
  readonly targets: Map<string, Target>
}

export const targetKey = (address: Pick<TargetAddress, 'id' | 'port'>): string =>
  `${address.id}:${address.port}`

/** The second field of an ARN: China and GovCloud have their own. */
export const partitionOf = (region: string): string => {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
