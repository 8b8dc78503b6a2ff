/** The seam for waiting: calls back after so many milliseconds, unless it is cancelled. */
export type Timer = (milliseconds: number, work: () => void) => { readonly cancel: () => void }

export const systemTimer: Timer = (milliseconds, work) => {
  const timeout = setTimeout(work, milliseconds)
  return { cancel: () => clearTimeout(timeout) }
}
