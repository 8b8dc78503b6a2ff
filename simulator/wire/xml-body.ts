import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'

import type { OperationSchema, SchemaRef, WireService } from './wire-service.ts'

/** ISO 8601, unless a member says otherwise. */
const DATE_TIME = 5

/** A structure as the SDK writes it: names of members beside their schemas. */
type StructSchema = [
  kind: 3,
  namespace: string,
  name: string,
  traits: 0,
  names: string[],
  members: SchemaRef[],
]

const STRING: SchemaRef = 0
const BOOLEAN: SchemaRef = 2

/** One answer to be written: what was asked, and under which request id. */
interface XmlAnswer {
  readonly service: WireService
  readonly operation: OperationSchema
  readonly output: object
  readonly requestId: string
}

/**
 * `<XResponse><XResult>…</XResult><ResponseMetadata><RequestId>…</RequestId></ResponseMetadata></XResponse>`. The
 * envelope is a schema made up for the operation, so that the SDK's own serializer writes all of the document.
 */
export const writeQueryXml = ({ service, operation, output, requestId }: XmlAnswer): string => {
  const [, namespace, name, , , outputSchema] = operation
  const metadata = struct(namespace, 'ResponseMetadata', { RequestId: STRING })
  const hasResult = !NormalizedSchema.of(outputSchema).isUnitSchema()
  const envelope = struct(namespace, `${name}Response`, {
    ...(hasResult && { [`${name}Result`]: outputSchema }),
    ResponseMetadata: metadata as SchemaRef,
  })
  const value = { [`${name}Result`]: output, ResponseMetadata: { RequestId: requestId } }
  return write(envelope, value, service.xmlNamespace)
}

/** `<XResponse><requestId>…</requestId>…</XResponse>`: EC2 puts the output's members beside the request id. */
export const writeEc2Xml = ({ service, operation, output, requestId }: XmlAnswer): string => {
  const [, namespace, name, , , outputSchema] = operation
  const shape = NormalizedSchema.of(outputSchema)
  if (shape.isUnitSchema()) {
    const envelope = struct(namespace, `${name}Response`, { requestId: STRING, return: BOOLEAN })
    return write(envelope, { requestId, return: true }, service.xmlNamespace)
  }
  const [, , , , names, members] = shape.getSchema() as unknown as StructSchema
  const envelope: StructSchema = [
    3,
    namespace,
    `${name}Response`,
    0,
    ['requestId', ...names],
    [STRING, ...members],
  ]
  return write(envelope, { ...output, requestId }, service.xmlNamespace)
}

const struct = (
  namespace: string,
  name: string,
  members: Readonly<Record<string, SchemaRef>>,
): StructSchema => [3, namespace, name, 0, Object.keys(members), Object.values(members)]

const write = (schema: StructSchema, value: object, xmlNamespace: string): string => {
  const serializer = new XmlShapeSerializer({
    xmlNamespace,
    serviceNamespace: schema[1],
    httpBindings: false,
    timestampFormat: { useTrait: true, default: DATE_TIME },
  })
  serializer.write(schema as unknown as Parameters<typeof serializer.write>[0], value)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(serializer.flush())}`
}

/** Text as it may stand between tags. */
export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
