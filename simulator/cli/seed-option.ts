import { InvalidArgumentError } from 'commander'

/** @throws {InvalidArgumentError} for anything but a whole number that JavaScript can count. */
export const parseSeed = (text: string): number => {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError('It must be a whole number.')
  return seed
}
