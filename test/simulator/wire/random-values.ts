import { NumericValue } from '@smithy/core/serde'
import { NormalizedSchema } from '@smithy/core/schema'

import type { Random } from '../../../simulator/engine/random.ts'
import type { SchemaRef } from '../../../simulator/wire/wire-service.ts'

/** Below this depth members are left out, because many shapes hold themselves. */
const DEEPEST = 5

const LETTERS = [
  'a',
  'Z',
  '0',
  '<',
  '>',
  '&',
  '"',
  "'",
  'é',
  '€',
  '😀',
  '+',
  '/',
  '%',
  '=',
  '.',
  ';',
  '~',
  'in side',
]

/** A value of the schema, or undefined where there is none that every protocol can carry. */
export const randomValue = (ref: SchemaRef, random: Random, depth = 0): unknown => {
  const schema = NormalizedSchema.of(ref)
  if (schema.isUnitSchema()) return {}
  if (schema.isStructSchema()) return randomStruct(schema, random, depth)
  if (schema.isListSchema()) return randomList(schema, random, depth)
  if (schema.isMapSchema()) return randomMap(schema, random, depth)
  return randomSimple(schema, random)
}

const randomStruct = (schema: NormalizedSchema, random: Random, depth: number): object | undefined => {
  const members = [...schema.structIterator()]
  const chosen = schema.isUnionSchema()
    ? members.slice(0, 1)
    : // The SDK makes tokens up where there are none, and then the two sides differ.
      members.filter(([, member]) => member.isIdempotencyToken() || random.chance(0.6))
  const values = chosen.flatMap(([name, member]) => {
    const value = depth > DEEPEST ? undefined : randomValue(member, random, depth + 1)
    return value === undefined ? [] : [[name, value] as const]
  })
  // Forms and XML cannot tell an empty structure from none.
  return values.length === 0 && depth > 0 ? undefined : Object.fromEntries(values)
}

const randomList = (schema: NormalizedSchema, random: Random, depth: number): unknown[] | undefined => {
  const items = Array.from({ length: random.integer(1, 3) }, () =>
    randomValue(schema.getValueSchema() as SchemaRef, random, depth + 1),
  ).filter((item) => item !== undefined)
  return items.length === 0 ? undefined : items
}

const randomMap = (schema: NormalizedSchema, random: Random, depth: number): object | undefined => {
  const pairs = Array.from({ length: random.integer(1, 3) }, (_, index) => [
    `key ${index} ${randomText(random)}`,
    randomValue(schema.getValueSchema() as SchemaRef, random, depth + 1),
  ]).filter(([, value]) => value !== undefined)
  return pairs.length === 0 ? undefined : (Object.fromEntries(pairs) as object)
}

const randomSimple = (schema: NormalizedSchema, random: Random): unknown => {
  if (schema.isBlobSchema())
    return Uint8Array.from({ length: random.integer(1, 9) }, () => random.integer(0, 255))
  if (schema.isTimestampSchema())
    return new Date(random.integer(1, 2_000_000_000) * 1_000 + random.integer(0, 999))
  if (schema.isBooleanSchema()) return random.chance(0.5)
  if (schema.isNumericSchema()) return random.integer(-9, 1_000_000)
  if (schema.isBigIntegerSchema()) return BigInt(random.integer(0, 1_000_000))
  if (schema.isBigDecimalSchema()) return new NumericValue(`${random.integer(0, 999)}.25`, 'bigDecimal')
  return randomText(random)
}

/** No blanks at the ends: XML readers may take them away. */
const randomText = (random: Random): string =>
  Array.from({ length: random.integer(1, 6) }, () => LETTERS[random.integer(0, LETTERS.length - 1)]).join('')
