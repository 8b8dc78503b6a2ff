import { JsonCodec2 } from '@smithy/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'

import { unknownMembers } from './json-walk.ts'
import type { SchemaRef } from './wire-service.ts'

/** Seconds since 1970, with a fraction ("AWS JSON 1.1 protocol", Smithy documentation). */
const EPOCH_SECONDS = 7

const codec = new JsonCodec2({
  jsonName: false,
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
})

/** What a body says, and the paths of members that the operation does not have. */
interface JsonInput {
  readonly input: Readonly<Record<string, unknown>>
  readonly unknown: readonly string[]
}

/** @throws {SyntaxError} when the body is no JSON object, or a value of it is of the wrong kind. */
export const readJsonInput = async (schema: SchemaRef, body: string): Promise<JsonInput> => {
  const given: unknown = JSON.parse(body === '' ? '{}' : body)
  if (given === null) throw new SyntaxError('The body must be an object.')
  const shape = NormalizedSchema.of(schema)
  const unknown = unknownMembers(shape, given)
  if (shape.isUnitSchema() || unknown.length > 0) return { input: {}, unknown }
  return { input: (await codec.createDeserializer().read(shape, body)) as JsonInput['input'], unknown }
}

export const writeJson = (schema: SchemaRef, output: object): string => {
  const shape = NormalizedSchema.of(schema)
  if (shape.isUnitSchema()) return '{}'
  const serializer = codec.createSerializer()
  serializer.write(shape, output)
  return new TextDecoder().decode(serializer.flush())
}
