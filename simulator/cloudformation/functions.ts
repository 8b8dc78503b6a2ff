import * as z from 'zod'
import type { EventSourceMappingSpec } from '../aws/lambda/event-source-mapping.ts'
import type { FunctionSpec } from '../aws/lambda/function-spec.ts'
import type { InvokePermission } from '../aws/lambda/invoke-permission.ts'
import type { Statement } from '../sdk/permission.ts'
import { statementsOfRole } from './roles.ts'
import type { Specified, Stack } from './stack.ts'

/** A function of a stack: everything but its code. */
export interface DeployedFunction extends Omit<FunctionSpec, 'createHandler' | 'permissions'> {
  readonly logicalId: string
  readonly arn: string
  /** `file.export`, as in the template. */
  readonly handler: string
  readonly statements: readonly Statement[]
}

const functionProperties = z.looseObject({
  Handler: z.string(),
  Role: z.string(),
  Timeout: z.coerce.number().int().default(3),
  MemorySize: z.coerce.number().int().default(128),
  Environment: z
    .object({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  ReservedConcurrentExecutions: z.undefined('reserved concurrency is not modelled').optional(),
})

/** Strict: a condition that is not listed would let fewer in. */
const permissionProperties = z.strictObject({
  FunctionName: z.string(),
  Action: z.literal('lambda:InvokeFunction'),
  Principal: z.string(),
  SourceArn: z.string().optional(),
})

/** Destinations of asynchronous invocations are not modelled. */
const invokeConfigProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST').optional(),
  MaximumRetryAttempts: z.coerce.number().int().optional(),
  MaximumEventAgeInSeconds: z.coerce.number().int().optional(),
  DestinationConfig: z.strictObject({}).optional(),
})

export const functionsOf = (stack: Stack): DeployedFunction[] => {
  const invokeConfigs = stack.resources('AWS::Lambda::EventInvokeConfig', invokeConfigProperties)
  return stack
    .resources('AWS::Lambda::Function', functionProperties)
    .map(({ logicalId, ref, attributes, properties }) => ({
      logicalId,
      name: ref,
      arn: attributes['Arn'] ?? '',
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      variables: properties.Environment.Variables,
      statements: statementsOfRole(stack, properties.Role),
      ...asynchronousLimits(
        invokeConfigs.find((config) => config.properties.FunctionName === ref)?.properties,
      ),
    }))
}

const asynchronousLimits = (config: z.output<typeof invokeConfigProperties> | undefined) => ({
  ...(config?.MaximumRetryAttempts !== undefined && { maximumRetryAttempts: config.MaximumRetryAttempts }),
  ...(config?.MaximumEventAgeInSeconds !== undefined && {
    maximumEventAgeSeconds: config.MaximumEventAgeInSeconds,
  }),
})

/** Strict: filters and other kinds of sources would change what reaches the function. */
const mappingProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().int().default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().default(0),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number().int() }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: z.literal([true, 'true', 'True'], 'a disabled mapping is not modelled').optional(),
  Tags: z.unknown().optional(),
})

export const eventSourceMappingsOf = (stack: Stack): Specified<EventSourceMappingSpec>[] =>
  stack.resources('AWS::Lambda::EventSourceMapping', mappingProperties).map(({ logicalId, properties }) => ({
    logicalId,
    spec: {
      queueArn: properties.EventSourceArn,
      functionArn: functionArn(stack, properties.FunctionName),
      batchSize: properties.BatchSize,
      maximumBatchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
      ...(properties.ScalingConfig && { maximumConcurrency: properties.ScalingConfig.MaximumConcurrency }),
      reportsBatchItemFailures: properties.FunctionResponseTypes.length > 0,
    },
  }))

/** Who is let in by which function, as the stack says it. */
interface DeployedPermission {
  readonly functionArn: string
  readonly permission: InvokePermission
}

export const invokePermissionsOf = (stack: Stack): Specified<DeployedPermission>[] =>
  stack.resources('AWS::Lambda::Permission', permissionProperties).map(({ logicalId, properties }) => ({
    logicalId,
    spec: {
      functionArn: functionArn(stack, properties.FunctionName),
      permission: {
        principal: properties.Principal,
        ...(properties.SourceArn !== undefined && { sourceArn: properties.SourceArn }),
      },
    },
  }))

/** A mapping and a permission may name its function by name or by ARN. */
const functionArn = (stack: Stack, nameOrArn: string): string => {
  const found = functionsOf(stack).find(({ name, arn }) => nameOrArn === name || nameOrArn === arn)
  if (found === undefined) throw new Error(`the stack has no function ${nameOrArn}`)
  return found.arn
}
