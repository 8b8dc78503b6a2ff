import type { Notice, NoticeKind } from '../decide/facts.ts'

export type { Notice, NoticeKind } from '../decide/facts.ts'

/** Look at this instance now. What a signal comes down to. */
export interface Look {
  readonly instanceId: string
  /** When Auto Scaling said that our hook began to wait. Absent: something else made us look. */
  readonly announcedAt?: number
  /** Absent: nobody has said that the machine will go. */
  readonly notice?: Notice
  /** Tasks that ECS's own events have said to be STOPPED. Absent: none has. */
  readonly saidStopped?: readonly string[]
  /** Look-again messages that led here, one after another. */
  readonly hop: number
}

/** The gravest first: how little time it leaves and how sure it is. */
const noticeKinds: readonly NoticeKind[] = ['spot', 'capacity', 'health', 'rebalance']

/**
 * One look for each instance, however many messages named it: the newest announcement, the most hops, and of the notices
 * the earliest of the gravest kind.
 */
export const mergeLooks = (looks: readonly Look[]): readonly Look[] => {
  const merged = new Map<string, Look>()
  for (const look of looks) merged.set(look.instanceId, mergeTwo(merged.get(look.instanceId) ?? look, look))
  return [...merged.values()]
}

const mergeTwo = (one: Look, other: Look): Look => {
  const announcements = [one.announcedAt, other.announcedAt].filter((time) => time !== undefined)
  return {
    instanceId: one.instanceId,
    hop: Math.max(one.hop, other.hop),
    ...(announcements.length > 0 && { announcedAt: Math.max(...announcements) }),
    ...graverNotice(one.notice, other.notice),
    ...saidStopped([...(one.saidStopped ?? []), ...(other.saidStopped ?? [])]),
  }
}

const saidStopped = (tasks: readonly string[]): Pick<Look, 'saidStopped'> =>
  tasks.length === 0 ? {} : { saidStopped: [...new Set(tasks)] }

const graverNotice = (one?: Notice, other?: Notice): Pick<Look, 'notice'> => {
  if (one === undefined || other === undefined) {
    const only = one ?? other
    return only === undefined ? {} : { notice: only }
  }
  const gravity = noticeKinds.indexOf(one.kind) - noticeKinds.indexOf(other.kind)
  return { notice: (gravity || one.at - other.at) <= 0 ? one : other }
}
