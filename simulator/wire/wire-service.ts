import type { NormalizedSchema } from '@smithy/core/schema'

/** Anything of which the SDK's `NormalizedSchema` makes a schema. */
export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0]

/** `[9, namespace, name, traits, input, output]`: how the SDK's packages write an operation. */
export type OperationSchema = readonly [
  kind: 9,
  namespace: string,
  name: string,
  traits: unknown,
  input: SchemaRef,
  output: SchemaRef,
]

/** `[-3, namespace, name, traits, …]`: an error. */
export type ErrorSchema = readonly [
  kind: -3,
  namespace: string,
  name: string,
  traits: { readonly awsQueryError?: readonly [code: string, status: number] } | 0,
  ...rest: readonly unknown[],
]

/** The protocols that clients of the simulated services speak ("AWS protocols" of the Smithy documentation). */
export type WireProtocol = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query'

/** A service as its SDK package describes it to the wire. */
export interface WireService {
  /** The SDK's service id, such as `Auto Scaling`. */
  readonly serviceId: string
  /** What current clients speak to it. */
  readonly protocol: WireProtocol
  /** SQS and CloudWatch: JSON services that older clients still ask in the query protocol. */
  readonly isQueryCompatible: boolean
  /** The `Version` of query requests. No two services here share one. */
  readonly version: string
  /** What stands before the operation in `x-amz-target`. */
  readonly target: string
  readonly xmlNamespace: string
  readonly operations: ReadonlyMap<string, OperationSchema>
  readonly errors: readonly ErrorSchema[]
}

/** `AWS.SimpleQueueService.NonExistentQueue` for `QueueDoesNotExist`; the shape's own name where it has no other. */
export const queryCodeOf = ([, , name, traits]: ErrorSchema): string =>
  (traits === 0 ? undefined : traits.awsQueryError?.[0]) ?? name

/** The simulator may know an error by its shape or by the code of its query protocol. Undefined: it has no shape. */
export const errorSchemaOf = ({ errors }: WireService, code: string): ErrorSchema | undefined =>
  errors.find((schema) => schema[2] === code || queryCodeOf(schema) === code)
