import type { Simulation } from '../../engine/simulation.ts'
import type { ServiceError } from '../operation.ts'
import type { InvocationResult } from './invocation.ts'
import { functionNotFound, invocationDenied, isLetIn, type Invoker } from './invoke-permission.ts'
import type { LambdaFunction } from './lambda-function.ts'

/** A request that waits for its answer, and no longer than its own limit. */
export interface SynchronousRequest {
  readonly functionArn: string
  readonly invoker: Invoker
  /** JSON. */
  readonly payload: string
  readonly timeLimitMs: number
}

/** What the caller gets: an answer, a refusal of Lambda's, or nothing in its own time. */
export type SynchronousOutcome =
  | InvocationResult
  | { readonly kind: 'refused'; readonly error: ServiceError }
  | { readonly kind: 'gave-up-waiting' }

/** How long Lambda takes to refuse. Some milliseconds, as every call. */
const REFUSAL_MS = 10

/**
 * Invokes and waits. Nothing is tried again. A function whose caller has given up runs on to its end: Lambda does not hear
 * of it ("Invoke": a client that disconnects does not stop the function). `onEnd` is called exactly once, in virtual time.
 */
export const invokeSynchronously = (
  simulation: Simulation,
  {
    request,
    invoked,
  }: { readonly request: SynchronousRequest; readonly invoked: LambdaFunction | undefined },
  onEnd: (outcome: SynchronousOutcome) => void,
): void => {
  const { functionArn, invoker } = request
  const refuse = (error: ServiceError) =>
    void simulation.after(REFUSAL_MS, () => onEnd({ kind: 'refused', error }))
  if (invoked === undefined) return refuse(functionNotFound(functionArn))
  if (!isLetIn(invoked.permissions, invoker)) return refuse(invocationDenied(functionArn, invoker))
  let isOver = false
  const end = (outcome: SynchronousOutcome): void => {
    if (isOver) return
    isOver = true
    limit.cancel()
    onEnd(outcome)
  }
  const limit = simulation.after(request.timeLimitMs, () => end({ kind: 'gave-up-waiting' }))
  invoked.invoke(request.payload, end)
}
