/** What people may choose; see the stack parameters of the same names. */
export interface DrainPolicy {
  readonly drainTimeoutSeconds: number
  readonly onDeadline: 'stop-tasks' | 'continue'
}
