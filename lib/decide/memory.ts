import type { Obstacle } from './decision.ts'

/**
 * What a drain remembers between two looks, in one custom attribute of the ECS container instance. It survives every
 * Lambda and disappears with the container instance. Nothing in it is needed for safety: a drain that finds no memory
 * only settles anew and beats a little early.
 */
export interface DrainMemory {
  /** The termination that this memory belongs to; see `recall`. */
  readonly actionStartedAt: number
  /** For reports only: it may come from prose that names alarms and policies. What AWS announced is `noticedAt`. */
  readonly cause: string
  /** When AWS said that the machine goes within two minutes. Absent: it did not, or its policy is `off`. */
  readonly noticedAt?: number
  readonly lastBeatAt: number
  /** `when-written`: the moment of writing, which comes after ECS has accepted DRAINING. */
  readonly drainingSince: number | 'when-written'
  /** Who set DRAINING. Only what we set do we ever set back. */
  readonly drainedBy: 'us' | 'others'
  /** Seconds before the deadline at which the slowest task must be stopped. Absent: no close look has been had. */
  readonly stopLeadSeconds?: number
  /** Our hook has been completed, while others keep the instance waiting, or it is on its way back to life. */
  readonly isEnded: boolean
  /** What was in the drain's way in the last close look. Absent: nothing was. */
  readonly blockedBy?: Obstacle
  /** Tasks that ECS counted in the last close look: as long as they are as many, nothing has moved. */
  readonly countedTasks?: number
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
    memory.blockedBy ?? ABSENT,
    memory.countedTasks ?? ABSENT,
    memory.noticedAt ?? ABSENT,
  ].join(':')

const FORM =
  /^v1:(\d{13}):([a-z-]{1,20}):(\d{13}):(\d{13}):(us|others):(\d{1,6}|-):(live|ended):([a-z-]{1,22}):(\d{1,4}|-):(\d{13}|-)$/

/** Reads an attribute value. Another version or anything unexpected is as good as no memory: undefined. */
export const parseMemory = (value: string): WrittenMemory | undefined => {
  const [
    ,
    actionStartedAt,
    cause,
    lastBeatAt,
    drainingSince,
    drainedBy,
    stopLead,
    phase,
    blockedBy,
    countedTasks,
    noticedAt,
  ] = FORM.exec(value) ?? []
  if (cause === undefined) return undefined
  return {
    actionStartedAt: Number(actionStartedAt),
    cause,
    lastBeatAt: Number(lastBeatAt),
    drainingSince: Number(drainingSince),
    drainedBy: drainedBy === 'us' ? 'us' : 'others',
    ...(stopLead === ABSENT ? {} : { stopLeadSeconds: Number(stopLead) }),
    isEnded: phase === 'ended',
    // Whatever stands there was written by us; an obstacle of another version is only reported, never acted on.
    ...(blockedBy === ABSENT ? {} : { blockedBy: blockedBy as Obstacle }),
    ...(countedTasks === ABSENT ? {} : { countedTasks: Number(countedTasks) }),
    ...(noticedAt === ABSENT ? {} : { noticedAt: Number(noticedAt) }),
  }
}

/** A notice comes two minutes before the machine goes; the group's own termination follows within them. */
const NOTICE_LEAD_MS = 150_000

/**
 * The memory that counts for the action in progress. An instance that came back from a warm pool, or was retained and
 * is terminated again, may still carry the memory of an earlier action, whose deadline has long passed. A drain that
 * began with a notice goes on when the termination that was announced begins.
 */
export const recall = (
  value: string | undefined,
  action: { readonly startedAt: number } | undefined,
): WrittenMemory | undefined => {
  const memory = value === undefined ? undefined : parseMemory(value)
  if (memory === undefined || action === undefined) return memory
  const wasAnnounced =
    memory.noticedAt !== undefined && Math.abs(action.startedAt - memory.noticedAt) <= NOTICE_LEAD_MS
  return memory.actionStartedAt === action.startedAt || wasAnnounced ? memory : undefined
}
