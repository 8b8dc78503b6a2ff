import type { CandidateList, VictimRequest } from './capacity/victims.ts'

/** Where the candidates of a group are kept. */
export const candidatesKey = (group: string): string => `candidates/${group}.json`

/** What `capacity` keeps of a group for `choose-victims`. */
export interface StoredCandidates {
  /** For a choice over several zones. */
  readonly anywhere: CandidateList
  /** For a choice in one zone, by zone. */
  readonly byZone: Readonly<Record<string, CandidateList>>
  /** The group launches a replacement before it takes an instance away. */
  readonly replacementComesFirst: boolean
  /** ARN of the container instance of each candidate, by instance id: where to look at it again. */
  readonly places: Readonly<Record<string, string>>
}

/** The candidates that fit a request. */
export const listFor = (
  { anywhere, byZone }: StoredCandidates,
  { capacityToTerminate }: VictimRequest,
): CandidateList => {
  const zones = new Set(capacityToTerminate.flatMap(({ zone, capacity }) => (capacity > 0 ? [zone] : [])))
  const [zone] = zones
  return zones.size === 1 && zone !== undefined ? (byZone[zone] ?? anywhere) : anywhere
}
