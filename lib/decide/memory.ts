/**
 * What a drain remembers between two looks, in one custom attribute of the ECS container instance. It survives every
 * Lambda and disappears with the container instance. Nothing in it is needed for safety: a drain that finds no memory
 * only settles anew and beats a little early.
 */
export interface DrainMemory {
  /** The termination that this memory belongs to; see `recall`. */
  readonly actionStartedAt: number
  readonly cause: string
  readonly lastBeatAt: number
  /** `when-written`: the moment of writing, which comes after ECS has accepted DRAINING. */
  readonly drainingSince: number | 'when-written'
  /** Who set DRAINING. Only what we set do we ever set back. */
  readonly drainedBy: 'us' | 'others'
  /** Seconds before the deadline at which the slowest task must be stopped. Absent: no close look has been had. */
  readonly stopLeadSeconds?: number
  /** Our hook has been completed, while others keep the instance waiting. */
  readonly isEnded: boolean
}

/** Memory as it was read back. */
export interface WrittenMemory extends DrainMemory {
  readonly drainingSince: number
}

/** Name of the custom attribute on the container instance. */
export const MEMORY_ATTRIBUTE = 'ebbtide.drain'

const VERSION = 'v1'
const ABSENT = '-'

/** Formats memory for the attribute: at most 128 of letters, digits and `- _ / \ . : @` (ECS PutAttributes). */
export const formatMemory = (memory: WrittenMemory): string =>
  [
    VERSION,
    memory.actionStartedAt,
    memory.cause,
    memory.lastBeatAt,
    memory.drainingSince,
    memory.drainedBy,
    memory.stopLeadSeconds ?? ABSENT,
    memory.isEnded ? 'ended' : 'live',
  ].join(':')

const FORM = /^v1:(\d{13}):([a-z-]{1,30}):(\d{13}):(\d{13}):(us|others):(\d{1,6}|-):(live|ended)$/

/** Reads an attribute value. Another version or anything unexpected is as good as no memory: undefined. */
export const parseMemory = (value: string): WrittenMemory | undefined => {
  const [, actionStartedAt, cause, lastBeatAt, drainingSince, drainedBy, stopLead, phase] =
    FORM.exec(value) ?? []
  if (cause === undefined) return undefined
  return {
    actionStartedAt: Number(actionStartedAt),
    cause,
    lastBeatAt: Number(lastBeatAt),
    drainingSince: Number(drainingSince),
    drainedBy: drainedBy === 'us' ? 'us' : 'others',
    ...(stopLead === ABSENT ? {} : { stopLeadSeconds: Number(stopLead) }),
    isEnded: phase === 'ended',
  }
}

/**
 * The memory that counts for the action in progress. An instance that came back from a warm pool, or was retained and
 * is terminated again, may still carry the memory of an earlier action, whose deadline has long passed.
 */
export const recall = (
  value: string | undefined,
  action: { readonly startedAt: number } | undefined,
): WrittenMemory | undefined => {
  const memory = value === undefined ? undefined : parseMemory(value)
  if (memory === undefined || action === undefined) return memory
  return memory.actionStartedAt === action.startedAt ? memory : undefined
}
