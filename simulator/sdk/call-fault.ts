import type { ServiceError } from '../aws/operation.ts'

/** A call about to be made, for whoever decides which calls go wrong. */
export interface Call {
  readonly service: string
  readonly operation: string
  readonly caller: string
  readonly input: Readonly<Record<string, unknown>>
}

/** How a call goes wrong: before its effect, after it, with an old answer, or merely late. */
export type CallFault =
  | { readonly kind: 'refused'; readonly error: ServiceError }
  | { readonly kind: 'answer-lost'; readonly error: ServiceError }
  /** Reads are eventually consistent: what was true some time ago is answered. */
  | { readonly kind: 'stale'; readonly output: object }
  | { readonly kind: 'slow'; readonly extraMs: number }

/** Undefined: the call goes well. */
export type CallFaults = (call: Call) => CallFault | undefined
