/** What people may choose; each is the stack parameter of the same name, and a tag on a group may override it. */
export interface DrainPolicy {
  readonly drainTimeoutSeconds: number
  /** `retain`: ABANDON, on a group whose instance lifecycle policy retains; elsewhere as `continue`. */
  readonly onDeadline: 'stop-tasks' | 'continue' | 'retain'
  readonly standaloneTasks: StandalonePolicy
  readonly protectedTasks: 'honour' | 'ignore'
  /** DRAINING is put off for protected tasks at most until so long before the deadline. */
  readonly drainReserveSeconds: number
  readonly spot: 'drain' | 'off'
  readonly rebalance: 'off' | 'replace'
  readonly health: 'replace' | 'off'
}

/** Tasks of no service, which DRAINING never stops. */
export type StandalonePolicy = 'wait' | 'ignore' | { readonly stopAfterSeconds: number }
