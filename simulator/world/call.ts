import type { ServiceModel } from '../aws/operation.ts'

/**
 * Asks a simulated service directly, past latency, faults and permissions: how the world itself, or somebody at a
 * console, does something at this very moment.
 *
 * @throws {ServiceError} as the service would answer.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- only the caller knows the operation's output
export const call = <Output extends object>(
  model: ServiceModel,
  operation: string,
  input: object,
): Output => {
  const run = model.operations[operation]
  if (run === undefined) throw new Error(`${model.serviceId} does not model ${operation}`)
  return run(input as never) as Output
}
