/** Look at this instance now. What a signal comes down to. */
export interface Look {
  readonly instanceId: string
  /** When Auto Scaling said that our hook began to wait. Absent: something else made us look. */
  readonly announcedAt?: number
  /** Look-again messages that led here, one after another. */
  readonly hop: number
}

/** One look for each instance, however many messages named it: the newest announcement, the most hops. */
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
  }
}
