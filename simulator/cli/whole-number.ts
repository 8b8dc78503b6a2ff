import { InvalidArgumentError } from 'commander'

/** Reads an option's value. @throws {InvalidArgumentError} for what is no whole number of at least `least`. */
export const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
      throw new InvalidArgumentError('It must be a whole number.')
    if (value < least) throw new InvalidArgumentError(`It must be ${least} or more.`)
    return value
  }
