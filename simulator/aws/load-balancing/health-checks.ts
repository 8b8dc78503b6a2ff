import type { LoadBalancerSpec } from '../../world/world-spec.ts'
import type { Target, TargetState } from './target-group.ts'

/**
 * How many passed checks make a new target healthy. "Health checks for Application Load Balancer target groups" says
 * that one is enough after registration; the healthy threshold is for targets that were unhealthy. The stricter
 * reading makes each replacement slower.
 */
export type InitialHealthChecks = 'one-check' | 'healthy-threshold'

interface HealthVerdict {
  readonly state: TargetState
  /** Milliseconds since 1970. */
  readonly at: number
}

/** When the health checks will change the target's state if it keeps answering as it does now; undefined: they will not. */
export const nextVerdict = (
  target: Target,
  rules: { readonly spec: LoadBalancerSpec; readonly initialHealthChecks: InitialHealthChecks },
  now: number,
): HealthVerdict | undefined => {
  const outcome = target.answers ? 'healthy' : 'unhealthy'
  if (outcome === target.state) return undefined
  const intervalMs = rules.spec.healthCheckIntervalSeconds * 1_000
  const checksSoFar = Math.floor((now - target.registeredAt) / intervalMs)
  const checks = checksSoFar + checksNeeded(target, rules)
  return { state: outcome, at: target.registeredAt + checks * intervalMs }
}

const checksNeeded = (
  target: Target,
  {
    spec,
    initialHealthChecks,
  }: { readonly spec: LoadBalancerSpec; readonly initialHealthChecks: InitialHealthChecks },
): number => {
  if (!target.answers) return spec.unhealthyThreshold
  return target.state === 'initial' && initialHealthChecks === 'one-check' ? 1 : spec.healthyThreshold
}
