import type { TargetView } from '../aws/load-balancing/target-group.ts'

/**
 * The targets among which an Application Load Balancer spreads new requests: the healthy ones. A group that has only
 * unhealthy targets gets its requests on all of them ("Health checks for Application Load Balancer target groups":
 * the load balancer fails open). A draining target is on its way out of the group and gets none in either case; one
 * that is still `initial` is not yet known to be unhealthy, so with it the group does not fail open.
 */
export const chooseTargets = (targets: readonly TargetView[]): readonly TargetView[] => {
  const healthy = targets.filter(({ state }) => state === 'healthy')
  if (healthy.length > 0) return healthy
  const registered = targets.filter(({ state }) => state !== 'draining')
  return registered.every(({ state }) => state === 'unhealthy') ? registered : []
}

/** One of several places that take turns. */
export interface Turn {
  readonly place: number
  readonly places: number
}

/** How many of the requests after number `after` up to number `upTo` are this one's turn. */
export const countTurns = ({ place, places }: Turn, after: number, upTo: number): number =>
  Math.floor((upTo - place) / places) - Math.floor((after - place) / places)
