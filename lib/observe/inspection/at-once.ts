/** Calls in flight at a time: the account's other callers share its limits, and nobody waits for the doctor. */
export const AT_ONCE = 4
