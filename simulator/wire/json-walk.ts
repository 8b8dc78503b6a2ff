import type { NormalizedSchema } from '@smithy/core/schema'

/** Collects what is wrong with a body, along the schema of its operation. */
interface Walk {
  /** Paths of members that the schema does not have, such as `entries[0].colour`. */
  readonly unknown: string[]
}

interface Place {
  readonly schema: NormalizedSchema
  /** As people write it: `containerInstances[0]`. Empty: the body itself. */
  readonly path: string
}

/**
 * The paths of members that `schema` does not have, at any depth.
 *
 * @throws {SyntaxError} for the first value that is of another kind than its schema says: services answer
 *   `SerializationException` to it.
 */
export const unknownMembers = (schema: NormalizedSchema, value: unknown): readonly string[] => {
  const walk: Walk = { unknown: [] }
  walkValue(walk, { schema, path: '' }, value)
  return walk.unknown
}

const walkValue = (walk: Walk, place: Place, value: unknown): void => {
  const { schema } = place
  // Services take null for absent; of a document anything may be a part.
  if (value === null || schema.isDocumentSchema()) return
  if (schema.isUnitSchema() || schema.isStructSchema()) walkStruct(walk, place, objectAt(place, value))
  else if (schema.isMapSchema()) walkMap(walk, place, objectAt(place, value))
  else if (schema.isListSchema()) walkList(walk, place, value)
  else checkSimple(place, value)
}

type Fields = Readonly<Record<string, unknown>>

const walkStruct = (walk: Walk, { schema, path }: Place, fields: Fields): void => {
  const members = new Map(schema.isUnitSchema() ? [] : schema.structIterator())
  for (const [name, value] of Object.entries(fields)) {
    const member = members.get(name)
    const memberPath = path === '' ? name : `${path}.${name}`
    if (member === undefined) walk.unknown.push(memberPath)
    else walkValue(walk, { schema: member, path: memberPath }, value)
  }
}

const walkMap = (walk: Walk, { schema, path }: Place, fields: Fields): void => {
  for (const [key, value] of Object.entries(fields))
    walkValue(walk, { schema: schema.getValueSchema(), path: `${path}.${key}` }, value)
}

const walkList = (walk: Walk, place: Place, value: unknown): void => {
  if (!Array.isArray(value)) throw wrongKind(place, 'a list')
  for (const [index, item] of value.entries())
    walkValue(walk, { schema: place.schema.getValueSchema(), path: `${place.path}[${index}]` }, item)
}

const objectAt = (place: Place, value: unknown): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongKind(place, 'an object')
  return value as Fields
}

interface SimpleKind {
  readonly name: string
  readonly isSchema: (schema: NormalizedSchema) => boolean
  readonly isValue: (value: unknown) => boolean
}

/** What a JavaScript date can hold. */
const MOST_EPOCH_SECONDS = 8.64e12

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** "AWS JSON 1.1 protocol", Smithy documentation: which JSON stands for which kind. A number too large to hold is none. */
const simpleKinds: readonly SimpleKind[] = [
  {
    name: 'a string',
    isSchema: (schema) => schema.isStringSchema(),
    isValue: (value) => typeof value === 'string',
  },
  {
    name: 'true or false',
    isSchema: (schema) => schema.isBooleanSchema(),
    isValue: (value) => typeof value === 'boolean',
  },
  { name: 'a number', isSchema: (schema) => schema.isNumericSchema(), isValue: Number.isFinite },
  {
    name: 'a time in seconds since 1970',
    isSchema: (schema) => schema.isTimestampSchema(),
    isValue: (value) => typeof value === 'number' && Math.abs(value) <= MOST_EPOCH_SECONDS,
  },
  {
    name: 'base64',
    isSchema: (schema) => schema.isBlobSchema(),
    isValue: (value) => typeof value === 'string' && BASE64.test(value),
  },
]

const checkSimple = (place: Place, value: unknown): void => {
  const kind = simpleKinds.find(({ isSchema }) => isSchema(place.schema))
  if (kind === undefined)
    throw new Error(`the wire reads no ${place.schema.getName(true)} yet, as at ${place.path}`)
  if (!kind.isValue(value)) throw wrongKind(place, kind.name)
}

const wrongKind = ({ path }: Place, wanted: string): SyntaxError =>
  new SyntaxError(path === '' ? `The body must be ${wanted}.` : `${path} must be ${wanted}.`)
