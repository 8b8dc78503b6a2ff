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
  /** The SDK repeats a call whose first answer was lost after its effect; what the second one answers is seen. */
  | { readonly kind: 'repeated' }
  /** Reads are eventually consistent: what was true some time ago is answered. A function is asked when the call arrives; undefined: nothing older is known. */
  | { readonly kind: 'stale'; readonly output: object | (() => object | undefined) }
  /** ECS answers 200, and in `failures` that it could not do all of what was asked. A function is asked, and does the rest, when the call arrives. */
  | { readonly kind: 'items-failed'; readonly output: object | (() => object) }
  /** A service may give fewer items a page than were asked for. */
  | { readonly kind: 'paged'; readonly pageSize: Readonly<Record<string, number>> }
  | { readonly kind: 'slow'; readonly extraMs: number }

/** Undefined: the call goes well. */
export type CallFaults = (call: Call) => CallFault | undefined
