/** `2026-11-20 09:15:43.304`, UTC: as CloudWatch shows it. */
export const dateAndTime = (at: number): string => new Date(at).toISOString().slice(0, 23).replace('T', ' ')

/** `09:15:43.304`, UTC. */
export const timeOfDay = (at: number): string => dateAndTime(at).slice(11)
