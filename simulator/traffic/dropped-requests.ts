/**
 * Why clients got no answer from a task:
 * - `no-target`: the load balancer had nowhere to send them (503).
 * - `dead-target`: sent to a target that no longer answers, because the health checks have not noticed yet or because
 *   the load balancer fails open (502 or 504).
 * - `machine-died`, `container-ended`: in flight when it happened (502).
 * - `deregistration-delay`: in flight when the delay was over, and the load balancer closed the connection.
 *
 * The codes are those of "Troubleshoot your Application Load Balancers".
 */
export type DropReason =
  'no-target' | 'dead-target' | 'machine-died' | 'container-ended' | 'deregistration-delay'

/** Requests of one service that were dropped for one reason, at one moment or since the moment before. */
export interface DroppedRequests {
  /** When it was known, in milliseconds since 1970: for requests turned away over a while, the end of that while. */
  readonly at: number
  readonly service: string
  readonly count: number
  readonly reason: DropReason
  /** Undefined where there was no target. */
  readonly instanceId?: string
}

/** What became of one service's requests until now: `sent` is the sum of `answered`, `dropped` and `inFlight`. */
export interface ServiceTrafficScore {
  readonly sent: number
  readonly answered: number
  readonly dropped: number
  readonly inFlight: number
  /** The sum is `dropped`. Reasons for which nothing was dropped are absent. */
  readonly droppedFor: Readonly<Partial<Record<DropReason, number>>>
}
