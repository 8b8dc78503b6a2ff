/** Where a live view stands between two frames. */
interface Pace {
  /** Virtual time that is left to show. */
  readonly secondsLeft: number
  readonly framesLeft: number
  /** Frames in all, those that were drawn included. */
  readonly frames: number
  /** Frames since the last thing worth knowing. */
  readonly quietFrames: number
}

/** What one frame shows while something happens: slow enough to see tasks start and leave. */
export const BUSY_STEP_SECONDS = 2

/** While nothing happens, each frame shows more than the one before, up to a minute. */
const QUIET_GROWTH = 1.5
const LONGEST_QUIET_STEP_SECONDS = 60

/**
 * Virtual seconds until the next frame. Quiet stretches are skipped through. The fewer frames are left, the larger the
 * least step becomes, and the last frame shows all that remains, so a view ends in time whatever happens.
 */
export const stepSeconds = ({ secondsLeft, framesLeft, frames, quietFrames }: Pace): number => {
  if (framesLeft <= 1) return secondsLeft
  const comfortable = Math.min(BUSY_STEP_SECONDS * QUIET_GROWTH ** quietFrames, LONGEST_QUIET_STEP_SECONDS)
  const urgency = 1 - framesLeft / frames
  const least = (urgency * secondsLeft) / framesLeft
  return Math.min(secondsLeft, Math.max(comfortable, least))
}
