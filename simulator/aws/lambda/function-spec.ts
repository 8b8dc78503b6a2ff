import type { Context } from 'aws-lambda'
import type { Caller } from '../../sdk/caller.ts'
import type { Statement } from '../../sdk/permission.ts'
import type { InvokePermission } from './invoke-permission.ts'

/** A deployed handler. `never` accepts every handler: the event is whatever its source sends. */
export type LambdaHandler = (event: never, context: Context) => Promise<unknown>

/** What code finds around it in an execution environment. */
export interface LambdaEnvironment {
  readonly functionName: string
  readonly variables: Readonly<Record<string, string>>
  /** Makes the calls of the invocation that runs here; SDK clients are attached with it. */
  readonly caller: Caller
  /** Virtual time in milliseconds since 1970. */
  readonly now: () => number
}

export interface FunctionSpec {
  readonly name: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly variables: Readonly<Record<string, string>>
  /** How often an asynchronous invocation that failed is tried again, 0 to 2; undefined: Lambda's default of 2. */
  readonly maximumRetryAttempts?: number
  /** How old an asynchronous event may be when it is tried again; undefined: Lambda's default of 6 hours. */
  readonly maximumEventAgeSeconds?: number
  /** What its own policy holds from the beginning. */
  readonly permissions?: readonly InvokePermission[]
  /** What the function's role allows; undefined: everything. */
  readonly statements?: readonly Statement[]
  /** Stands for loading the code: called once for each execution environment. */
  readonly createHandler: (environment: LambdaEnvironment) => LambdaHandler
}
