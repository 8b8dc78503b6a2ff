import type { Obstacle } from './decision.ts'
import type { TaskCount } from './facts.ts'

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
  /** `when-written`: the moment of writing, which comes after ECS has accepted DRAINING, and so the settle time counts from it. */
  readonly drainingSince: number | 'when-written'
  /** Who set DRAINING. Only what we set do we ever set back. */
  readonly drainedBy: 'us' | 'others'
  /** Seconds before the deadline at which the slowest task must be stopped. Absent: no close look has been had. */
  readonly stopLeadSeconds?: number
  /**
   * DRAINING is about to be asked for, of an instance that may live on: should we die in between, this proves that it was us,
   * and nothing else. Absent: ECS has accepted it.
   */
  readonly isIntent?: true
  /** Our hook is over, or takes no part, while others keep the instance waiting; or it is on its way back to life. */
  readonly isEnded: boolean
  /** What was in the drain's way in the last close look. Absent: nothing was. */
  readonly blockedBy?: Obstacle
  /**
   * What ECS counted in the last close look that found another number than the one before: as long as it counts as many,
   * nothing has moved. An environment that has not seen the drain before can account for its tasks by this.
   * `when-written`: the moment of writing, which comes after the counting.
   */
  readonly counted?: { readonly at: number | 'when-written'; readonly tasks: number }
}

/** Memory as it was read back. */
export interface WrittenMemory extends DrainMemory {
  readonly drainingSince: number
  readonly counted?: TaskCount
}

/** Puts in the moment of writing, milliseconds since 1970. */
export const writtenAt = (now: number, { drainingSince, counted, ...memory }: DrainMemory): WrittenMemory => {
  const inWriting = (time: number | 'when-written'): number => (time === 'when-written' ? now : time)
  return {
    ...memory,
    drainingSince: inWriting(drainingSince),
    ...(counted && { counted: { ...counted, at: inWriting(counted.at) } }),
  }
}

/** Name of the custom attribute on the container instance. */
export const MEMORY_ATTRIBUTE = 'ebbtide.drain'

const VERSION = 'v2'
const ABSENT = '-'

/** Formats memory for the attribute: at most 128 of letters, digits and `- _ / \ . : @` (ECS PutAttributes). */
export const formatMemory = (memory: WrittenMemory): string =>
  [
    VERSION,
    formatTime(memory.actionStartedAt),
    memory.cause,
    formatTime(memory.lastBeatAt),
    formatTime(memory.drainingSince),
    memory.drainedBy,
    memory.stopLeadSeconds ?? ABSENT,
    phaseOf(memory),
    memory.blockedBy ?? ABSENT,
    memory.counted === undefined ? ABSENT : `${memory.counted.tasks}@${formatTime(memory.counted.at)}`,
    memory.noticedAt === undefined ? ABSENT : formatTime(memory.noticedAt),
  ].join(':')

const phaseOf = ({ isIntent, isEnded }: WrittenMemory): string => {
  if (isIntent) return 'meant'
  return isEnded ? 'ended' : 'live'
}

/** Milliseconds since 1970 in base 36: eight characters until 2059. */
const formatTime = (time: number): string => time.toString(36)

const parseTime = (text: string | undefined): number => Number.parseInt(text ?? '', 36)

const FORM =
  /^v2:([\da-z]{8}):([a-z-]{1,20}):([\da-z]{8}):([\da-z]{8}):(us|others):(\d{1,10}|-):(meant|live|ended):([a-z-]{1,22}):(?:(\d{1,4})@([\da-z]{8})|-):([\da-z]{8}|-)$/

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
    countedAt,
    noticedAt,
  ] = FORM.exec(value) ?? []
  if (cause === undefined) return undefined
  return {
    actionStartedAt: parseTime(actionStartedAt),
    cause,
    lastBeatAt: parseTime(lastBeatAt),
    drainingSince: parseTime(drainingSince),
    drainedBy: drainedBy === 'us' ? 'us' : 'others',
    ...(stopLead === ABSENT ? {} : { stopLeadSeconds: Number(stopLead) }),
    ...(phase === 'meant' && { isIntent: true }),
    isEnded: phase === 'ended',
    // Whatever stands there was written by us; an obstacle of another version is only reported, never acted on.
    ...(blockedBy === ABSENT ? {} : { blockedBy: blockedBy as Obstacle }),
    ...(countedTasks !== undefined && { counted: { at: parseTime(countedAt), tasks: Number(countedTasks) } }),
    ...(noticedAt === ABSENT ? {} : { noticedAt: parseTime(noticedAt) }),
  }
}

/**
 * Whether we set the DRAINING of the instance that carries this memory. What was only meant counts for three hours from its
 * writing: a hook may wait two without a look. DRAINING may have been refused, and long after somebody else sets it.
 */
export const isOurDraining = ({ drainedBy, isIntent, drainingSince }: WrittenMemory, now: number): boolean =>
  drainedBy === 'us' && (!isIntent || now - drainingSince <= INTENT_LIFETIME_MS)

const INTENT_LIFETIME_MS = 3 * 3_600_000

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
  if (memory === undefined || memory.isIntent) return undefined
  if (action === undefined) return memory
  const wasAnnounced =
    memory.noticedAt !== undefined && Math.abs(action.startedAt - memory.noticedAt) <= NOTICE_LEAD_MS
  return memory.actionStartedAt === action.startedAt || wasAnnounced ? memory : undefined
}
