import { wholeNumberFrom } from './whole-number.ts'

/** The seed of a rehearsal. @throws {InvalidArgumentError} for what is no whole number. */
export const parseSeed = wholeNumberFrom(0)
