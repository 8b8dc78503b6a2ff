import type { CandidateList } from './victims.ts'

/** Where the candidates of a group are kept. */
export const candidatesKey = (group: string): string => `candidates/${group}.json`

/** What `capacity` keeps of a group for `choose-victims`. */
export interface StoredCandidates {
  readonly list: CandidateList
  /** The group launches a replacement before it takes an instance away. */
  readonly replacementComesFirst: boolean
  /** ARN of the container instance of whatever may be named, by instance id: where to look at it again. */
  readonly places: Readonly<Record<string, string>>
}
