/** How an invocation ended. The response is JSON, as Lambda's runtime hands it back. */
export type InvocationResult =
  | { readonly kind: 'succeeded'; readonly response: string }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'crashed' }

/** One invocation that has ended, for scores. Times are milliseconds since 1970. */
export interface InvocationRecord {
  readonly functionName: string
  readonly awsRequestId: string
  /** What it was invoked with, as JSON. */
  readonly payload: string
  readonly startedAt: number
  readonly endedAt: number
  readonly result: InvocationResult
  readonly isColdStart: boolean
  /** Initialisation counts ("Understanding the Lambda execution environment lifecycle"), and so does every millisecond begun. */
  readonly billedMs: number
  readonly memoryMb: number
}

/** A place where an invocation waits for AWS, and so where it can be made to die. */
export interface CrashPoint {
  readonly functionName: string
  readonly awsRequestId: string
  /** 1 for the first wait. A call waits twice: before its effect and after it. */
  readonly waitNumber: number
  /** Such as `before ListTasks`: before its effect. Empty: for no call. */
  readonly where: string
  readonly at: number
}

/** What may be wrong with execution environments beside their crashes. */
export interface EnvironmentFaults {
  /** Asked while one is idle. True: this invocation gets a new environment all the same, as while a deployment has two versions alive. */
  readonly isStartedCold: () => boolean
  /** How far the clock of a new environment is ahead of the world's, milliseconds; negative: behind it. */
  readonly clockSkewMs: () => number
}

/** True: the process dies here, as if its memory had run out. */
export type CrashRule = (point: CrashPoint) => boolean
