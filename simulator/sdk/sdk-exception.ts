import type { ServiceError } from '../aws/operation.ts'

/** What this file reads of a client's `config`: the error registries behind the SDK's own deserialiser. */
export interface ErrorSettings {
  readonly registries: readonly ErrorRegistry[]
  /** SQS and CloudWatch: JSON services whose errors carry the code of their query protocol too. */
  readonly isQueryCompatible: boolean
}

interface ErrorRegistry {
  find(predicate: (schema: never) => boolean): unknown
  getErrorCtor(schema: never): (new (options: object) => Error) | undefined
  getBaseException(): unknown
}

/** `[-3, namespace, name, traits, …]`: how the SDK writes the schema of an error. */
type ErrorSchema = readonly [
  kind: -3,
  namespace: string,
  name: string,
  traits: unknown,
  ...rest: readonly unknown[],
]

/**
 * The exception that the SDK would throw for an error of the service: the modelled class where the client has one for
 * the code, else the service's base exception with the code as its name.
 */
export const sdkException = (error: ServiceError, settings: ErrorSettings): Error => {
  const options = {
    name: error.code,
    message: error.message,
    $fault: error.fault,
    $metadata: metadata(error),
  }
  for (const registry of settings.registries) {
    const schema =
      registry.find((candidate) => isErrorNamed(candidate, error.code)) ??
      registry.find((candidate) => hasQueryCode(candidate, error.code))
    if (schema === undefined) continue
    const Modelled = registry.getErrorCtor(schema as never)
    if (Modelled === undefined) continue
    return withQueryCode(
      new Modelled({ message: error.message, $metadata: metadata(error) }),
      queryCodeOf(schema),
      settings,
    )
  }
  return withQueryCode(new (baseException(settings))(options), error.code, settings)
}

const metadata = ({ httpStatus }: ServiceError) => ({
  httpStatusCode: httpStatus,
  attempts: 1,
  totalRetryDelay: 0,
})

const isErrorSchema = (schema: unknown): schema is ErrorSchema => Array.isArray(schema) && schema[0] === -3

/** A service may give the shape's name or the code that its query protocol writes, which several shapes may share. */
const isErrorNamed = (schema: unknown, code: string): boolean => isErrorSchema(schema) && schema[2] === code

const hasQueryCode = (schema: unknown, code: string): boolean =>
  isErrorSchema(schema) && queryCodeOf(schema) === code

/** `awsQueryError: [code, status]` among the traits, as in `AWS.SimpleQueueService.NonExistentQueue`. */
const queryCodeOf = (schema: unknown): string | undefined => {
  if (!isErrorSchema(schema)) return undefined
  const traits = schema[3] as { readonly awsQueryError?: readonly [string, number] } | 0
  return (traits === 0 ? undefined : traits.awsQueryError?.[0]) ?? schema[2]
}

const withQueryCode = (exception: Error, code: string | undefined, settings: ErrorSettings): Error =>
  settings.isQueryCompatible ? Object.assign(exception, { Code: code, Error: { Code: code } }) : exception

const baseException = ({ registries }: ErrorSettings): new (options: object) => Error => {
  for (const registry of registries) {
    const Base = registry.getErrorCtor(registry.getBaseException() as never)
    if (Base !== undefined) return Base
  }
  throw new Error('the SDK client has no base exception')
}
