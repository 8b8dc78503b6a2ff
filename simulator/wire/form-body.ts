import { FromStringShapeDeserializer } from '@smithy/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'

import { numberedParts, type FormNode } from './form-tree.ts'
import type { SchemaRef, WireProtocol } from './wire-service.ts'

type FormProtocol = Extract<WireProtocol, 'awsQuery' | 'ec2Query'>

/** ISO 8601, unless a member says otherwise ("AWS query protocol", Smithy documentation). */
const DATE_TIME = 5

const simpleValues = new FromStringShapeDeserializer({
  httpBindings: false,
  timestampFormat: { useTrait: true, default: DATE_TIME },
})

/** Parameters that say what is asked and by whom, and are no member of any input. */
const ENVELOPE = ['Action', 'Version']

interface FormReader {
  readonly protocol: FormProtocol
  /** The parameters that some member of the input has taken. */
  readonly taken: Set<FormNode>
}

/** What a form says, and the names of parameters that the operation does not have. */
interface FormInput {
  readonly input: Readonly<Record<string, unknown>>
  readonly unknown: readonly string[]
}

/**
 * Reads the input of an operation from a query request: `Instances.member.1=…` in the query protocol, `InstanceId.1=…`
 * in that of EC2 ("AWS query protocol" and "AWS EC2 query protocol", Smithy documentation).
 */
export const readFormInput = (schema: SchemaRef, form: FormNode, protocol: FormProtocol): FormInput => {
  const reader: FormReader = { protocol, taken: new Set() }
  const input = readStruct(reader, NormalizedSchema.of(schema), form)
  return { input, unknown: untakenNames(form, reader.taken).filter((name) => !ENVELOPE.includes(name)) }
}

const readStruct = (
  reader: FormReader,
  schema: NormalizedSchema,
  node: FormNode,
): Record<string, unknown> => {
  const members: Record<string, unknown> = {}
  if (schema.isUnitSchema()) return members
  for (const [name, member] of schema.structIterator()) {
    const part = node.parts.get(memberName(reader, name, member))
    if (part !== undefined) members[name] = readValue(reader, member, part)
  }
  return members
}

const readValue = (reader: FormReader, schema: NormalizedSchema, node: FormNode): unknown => {
  if (schema.isListSchema()) return readList(reader, schema, node)
  if (schema.isMapSchema()) return readMap(reader, schema, node)
  if (schema.isStructSchema()) return readStruct(reader, schema, node)
  reader.taken.add(node)
  return node.value === undefined ? undefined : simpleValues.read(schema, node.value)
}

/** An empty list is written as its name alone, with an empty value. */
const readList = (reader: FormReader, schema: NormalizedSchema, node: FormNode): readonly unknown[] => {
  if (node.value === '') reader.taken.add(node)
  const item = schema.getValueSchema()
  const items = isFlat(reader, schema) ? node : node.parts.get(item.getMergedTraits().xmlName ?? 'member')
  return items === undefined ? [] : numberedParts(items).map((part) => readValue(reader, item, part))
}

const readMap = (reader: FormReader, schema: NormalizedSchema, node: FormNode): Record<string, unknown> => {
  const key = schema.getKeySchema()
  const value = schema.getValueSchema()
  const entries = isFlat(reader, schema) ? node : node.parts.get('entry')
  const pairs = numberedParts(entries ?? node).map(({ parts }) => [
    readPart(reader, key, parts.get(key.getMergedTraits().xmlName ?? 'key')),
    readPart(reader, value, parts.get(value.getMergedTraits().xmlName ?? 'value')),
  ])
  return Object.fromEntries(pairs) as Record<string, unknown>
}

const readPart = (reader: FormReader, schema: NormalizedSchema, node: FormNode | undefined): unknown =>
  node === undefined ? undefined : readValue(reader, schema, node)

/** EC2 writes every list flat, whatever its model says. */
const isFlat = ({ protocol }: FormReader, schema: NormalizedSchema): boolean =>
  protocol === 'ec2Query' || schema.getMergedTraits().xmlFlattened !== undefined

/** EC2 begins every name with a capital. */
const memberName = ({ protocol }: FormReader, name: string, member: NormalizedSchema): string => {
  const { ec2QueryName, xmlName } = member.getMergedTraits()
  if (protocol === 'awsQuery') return xmlName ?? name
  return typeof ec2QueryName === 'string' ? ec2QueryName : capitalised(xmlName ?? name)
}

const capitalised = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

const untakenNames = ({ parts }: FormNode, taken: ReadonlySet<FormNode>): readonly string[] =>
  [...parts].flatMap(([part, node]) => [
    ...(node.value !== undefined && !taken.has(node) ? [part] : []),
    ...untakenNames(node, taken).map((rest) => `${part}.${rest}`),
  ])
