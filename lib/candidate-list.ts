import type { VictimCandidate, CandidateList } from './capacity/victims.ts'

/** Where the candidates of a group are kept. */
export const candidatesKey = (group: string): string => `candidates/${group}.json`

/** What `capacity` keeps of a group for `choose-victims`. */
export interface StoredCandidates {
  readonly list: CandidateList
  /** The group launches a replacement before it takes an instance away. */
  readonly replacementComesFirst: boolean
  /** Where to look at each candidate again, by instance id. */
  readonly places: Readonly<Record<VictimCandidate['instanceId'], CandidatePlace>>
}

export interface CandidatePlace {
  readonly containerInstanceArn: string
  /** Ids of the tasks that may have asked for protection. */
  readonly taskIds: readonly string[]
}
