import type { Random } from './random.ts'

/** A version 4 UUID, as AWS uses them for message, event and request ids. */
export const uuid = (random: Random): string => {
  const variant = random.pick(['8', '9', 'a', 'b'])
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`
}
