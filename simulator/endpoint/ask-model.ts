import { ServiceError, type ServiceModel } from '../aws/operation.ts'
import { NOT_MODELLED, notModelled } from '../aws/unmodelled-input.ts'
import { NOT_IMPLEMENTED } from '../wire/wire-request.ts'
import type { World } from '../world/world.ts'

/** A call of somebody outside, in the words of the SDK. */
interface OutsideCall {
  readonly serviceId: string
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** Who calls from outside, in the record of calls. */
const OUTSIDE = 'outside'

/**
 * Asks a simulated service at this very moment and records the call. Nobody outside has a role, so that everything is
 * allowed.
 *
 * @throws {ServiceError} as the service would answer; `NotModelled` for what the simulator cannot do.
 */
export const askModel = (world: World, call: OutsideCall): object => {
  try {
    const output = operationOf(world.models, call)(call.input as never)
    record(world, call, undefined)
    return output
  } catch (thrown) {
    const error = asServiceError(thrown)
    record(world, call, error.code)
    throw error
  }
}

const operationOf = (models: readonly ServiceModel[], { serviceId, operation }: OutsideCall) => {
  const operations = models.find((model) => model.serviceId === serviceId)?.operations ?? {}
  const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  if (found === undefined) throw notModelled(`${serviceId} ${operation}`)
  return found
}

const record = ({ simulation, record }: World, call: OutsideCall, error: string | undefined): void => {
  const { serviceId: service, operation, input } = call
  const hadEffect = error === undefined
  record({ at: simulation.now(), service, operation, caller: OUTSIDE, input, hadEffect, error })
}

/** Parts of the model refuse what they do not know by a plain error; errors of the language are defects of ours. */
const asServiceError = (thrown: unknown): ServiceError => {
  if (thrown instanceof ServiceError && thrown.code !== NOT_MODELLED) return thrown
  if (!(thrown instanceof Error) || thrown instanceof TypeError || thrown instanceof RangeError) throw thrown
  return new ServiceError(NOT_MODELLED, thrown.message, NOT_IMPLEMENTED)
}
