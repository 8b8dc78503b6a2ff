import type { CallFault } from './call-fault.ts'

/** One call as it was answered: what call counts and budgets are made of. */
export interface CallRecord {
  /** When the service did what was asked, milliseconds since 1970. */
  readonly at: number
  /** The SDK's service id, such as `Auto Scaling`. */
  readonly service: string
  readonly operation: string
  readonly caller: string
  /** The input's own fields, for reading; a copy. */
  readonly input: Readonly<Record<string, unknown>>
  /** The service did what was asked, whatever was answered. */
  readonly hadEffect: boolean
  /** The code of the error that was answered; undefined when the call succeeded. */
  readonly error: string | undefined
  /** The request id of the invocation that made it; absent: none did. */
  readonly invocation?: string
  /** What went wrong with it because somebody injected it; absent: nothing did. */
  readonly fault?: CallFault['kind']
}

export type CallObserver = (record: CallRecord) => void
