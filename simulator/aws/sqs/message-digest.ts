import { createHash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { ServiceError } from '../operation.ts'
import type { MessageAttributes } from './message.ts'

export const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex')

/** Body and attributes count together ("Amazon SQS message quotas"). */
export const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (bytes, [name, attribute]) =>
      bytes +
      Buffer.byteLength(name) +
      Buffer.byteLength(attribute.DataType ?? '') +
      valueOf(attribute).byteLength,
    Buffer.byteLength(body),
  )

/**
 * The digest that SendMessage and ReceiveMessage return for attributes: sorted by name, each as name, type, a byte that
 * says text or binary, and value, every part behind its length ("Calculating the MD5 message digest for message
 * attributes"). Undefined when there are none.
 */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts = names.flatMap((name) => {
    const attribute = attributes[name] ?? { DataType: undefined }
    const transport = Buffer.from([attribute.BinaryValue === undefined ? 1 : 2])
    return [
      ...measured(name),
      ...measured(attribute.DataType ?? ''),
      transport,
      ...measured(valueOf(attribute)),
    ]
  })
  return md5(Buffer.concat(parts))
}

/** @throws {ServiceError} `InvalidParameterValue` for an attribute without a value. */
const valueOf = (attribute: MessageAttributeValue): Uint8Array => {
  const value = attribute.StringValue ?? attribute.BinaryValue
  if (value === undefined)
    throw new ServiceError('InvalidParameterValue', 'A message attribute has no value.')
  return Buffer.from(value as string)
}

const measured = (data: string | Uint8Array): Buffer[] => {
  const bytes = Buffer.from(data as string)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.byteLength)
  return [length, bytes]
}
