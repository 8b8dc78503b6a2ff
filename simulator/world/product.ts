import { env } from 'node:process'

import { createAttachClients } from '../../lib/aws/attach-clients.ts'
import { createCapacityClients } from '../../lib/aws/capacity-clients.ts'
import { createChooserClients } from '../../lib/aws/chooser-clients.ts'
import { createClients } from '../../lib/aws/clients.ts'
import type { ZonalShiftClient } from '../../lib/aws/zonal-shift-client.ts'
import type { Clock } from '../../lib/clock.ts'
import { createEnvironment, type Environment } from '../../lib/lifecycle/environment.ts'
import type { AttachEnvironment } from '../../lib/scaling/attach.ts'
import type { ChooserEnvironment } from '../../lib/scaling/choose.ts'
import { createCapacityEnvironment, type CapacityEnvironment } from '../../lib/scaling/environment.ts'
import { readChooserSettings, readClusterName, readScalingSettings } from '../../lib/scaling/settings.ts'
import { readSettings } from '../../lib/settings.ts'
import { Telemetry } from '../../lib/telemetry.ts'
import type { Timer } from '../../lib/timer.ts'
import type { LambdaEnvironment, LambdaHandler } from '../aws/lambda/function-spec.ts'
import type { SdkClient } from '../sdk/sdk-transport.ts'
import type { World } from './world.ts'

/** Where a function of the product runs. */
interface Place {
  readonly environment: LambdaEnvironment
  readonly world: Surroundings
}

/** What a function reaches: AWS's APIs, and what lies beside them. */
type Surroundings = Pick<World, 'transport' | 'responseUrls'>

/** Puts a function together as the last line of its file does, from what the simulation gives it. */
type Assemble = (place: Place) => unknown

/** The module behind a function's `handler`, as Lambda's runtime would load it. */
const modules: Readonly<Record<string, () => Promise<Assemble>>> = {
  drain: async () => {
    const { createHandler } = await import('../../functions/drain.ts')
    return (place) => createHandler(drainEnvironment(place))
  },
  resync: async () => {
    const { createHandler } = await import('../../functions/resync.ts')
    return (place) => createHandler(drainEnvironment(place))
  },
  capacity: async () => {
    const { createHandler } = await import('../../functions/capacity.ts')
    return (place) => createHandler(capacityEnvironment(place))
  },
  'choose-victims': async () => {
    const { createHandler } = await import('../../functions/choose-victims.ts')
    return (place) => createHandler(chooserEnvironment(place))
  },
  attach: async () => {
    const { createHandler } = await import('../../functions/attach.ts')
    return (place) => createHandler(attachEnvironment(place))
  },
}

/** Makes the handler of one function for an execution environment of the simulated Lambda. */
type CreateProductHandler = (handler: string, environment: LambdaEnvironment) => LambdaHandler

/**
 * Loads the product's functions with the variables that the template gives them: what a cold start does, once for this
 * process. Each simulated execution environment then gets a handler of its own from the same code, with its calls
 * carried by the world's transport and its time the simulation's.
 *
 * @throws {SettingsError} as the cold start would.
 */
export const loadProduct = async (
  variables: Readonly<Record<string, Readonly<Record<string, string>>>>,
  world: Surroundings,
): Promise<CreateProductHandler> => {
  const loaded = new Map<string, Assemble>()
  for (const [handler, ofFunction] of Object.entries(variables)) {
    Object.assign(env, { AWS_REGION: 'eu-west-1' }, ofFunction)
    const load = modules[nameOf(handler)]
    if (load === undefined) throw new Error(`the template names a handler that does not exist: ${handler}`)
    loaded.set(handler, await load())
  }
  return (handler, environment) => {
    const found = loaded.get(handler)
    if (found === undefined) throw new Error(`the handler ${handler} was not loaded`)
    return found({ environment, world }) as LambdaHandler
  }
}

const putTo =
  ({ world, environment }: Place) =>
  async (url: string, body: string): Promise<void> => {
    await environment.caller.wait(PUT_LATENCY_MS / 2)
    world.responseUrls.put(url, body)
    await environment.caller.wait(PUT_LATENCY_MS / 2)
  }

/** There and back, to a bucket in the same region. */
const PUT_LATENCY_MS = 60

/** `build/drain.handler` is the bundle of `functions/drain.ts`. */
const nameOf = (handler: string): string =>
  handler.slice(handler.lastIndexOf('/') + 1, handler.lastIndexOf('.'))

/** The SDK clients among these, with their calls carried by the simulation. */
const attached = <Clients extends Readonly<Record<string, SdkClient>>>(
  { environment, world }: Place,
  clients: Clients,
): Clients => {
  for (const client of Object.values(clients)) world.transport.attach(client, environment.caller)
  return clients
}

/** Time comes in whole milliseconds, as Date.now gives it. */
const clockOf = ({ environment }: Place): Clock => ({ now: () => Math.floor(environment.now()) })

const drainEnvironment = (place: Place): Environment =>
  createEnvironment({
    settings: readSettings(place.environment.variables),
    clients: attached(place, { ...createClients() }),
    clock: clockOf(place),
  })

const capacityEnvironment = (place: Place): CapacityEnvironment => {
  const { zonalShift: _, ...clients } = createCapacityClients()
  return createCapacityEnvironment({
    settings: readScalingSettings(place.environment.variables),
    clients: { ...attached(place, clients), zonalShift: zonalShiftClient(place) },
    clock: clockOf(place),
    after: timerOf(place),
  })
}

/** By path, the operations of Application Recovery Controller that the product asks for without its SDK. */
const zonalShiftOperations: Readonly<Record<string, string>> = {
  '/zonalshifts': 'ListZonalShifts',
  '/autoshifts': 'ListAutoshifts',
}

const zonalShiftClient = ({ world, environment }: Place): ZonalShiftClient => ({
  get: (path, query) =>
    world.transport.ask(environment.caller, {
      service: 'ARC Zonal Shift',
      operation: zonalShiftOperations[path] ?? path,
      input: query,
    }),
})

const chooserEnvironment = (place: Place): ChooserEnvironment => {
  const settings = readChooserSettings(place.environment.variables)
  return {
    settings,
    clients: attached(place, { ...createChooserClients() }),
    clock: clockOf(place),
    after: timerOf(place),
    telemetry: new Telemetry(settings.cluster),
  }
}

const timerOf =
  ({ environment }: Place): Timer =>
  (milliseconds, work) => {
    let isCancelled = false
    void environment.caller.wait(milliseconds).then(() => {
      if (!isCancelled) work()
    })
    return {
      cancel: () => {
        isCancelled = true
      },
    }
  }

const attachEnvironment = (place: Place): AttachEnvironment => {
  const { respond: _, ...clients } = createAttachClients()
  return {
    clients: { ...attached(place, clients), respond: putTo(place) },
    clock: clockOf(place),
    after: timerOf(place),
    telemetry: new Telemetry(readClusterName(place.environment.variables)),
  }
}
