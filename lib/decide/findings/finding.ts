import type { FindingCode, Severity } from './catalogue.ts'
import type { Inspection } from './inspection.ts'

/** What one check says. */
export interface Mistake {
  readonly code: FindingCode
  /** What it concerns, such as `group ecs-web-a`. */
  readonly subject: string
  /** What was found, in a sentence. */
  readonly found: string
  /** A command, a setting, or what to do by hand. */
  readonly fix: string
}

/** A mistake with what the catalogue says of its kind. */
export interface Finding extends Mistake {
  readonly severity: Severity
  readonly why: string
}

export type Check = (inspection: Inspection) => readonly Mistake[]
