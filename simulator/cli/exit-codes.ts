/** How a command ends: what scripts and CI read. */
export const exitCodes = {
  /** The rehearsal ran, and every promise was kept. */
  kept: 0,
  /** The rehearsal ran, and a promise was broken. */
  broken: 1,
  /** It did not run: a wrong flag, scenario or setting. */
  refused: 2,
} as const
