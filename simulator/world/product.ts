import { env } from 'node:process'

import { createClients } from '../../lib/aws/clients.ts'
import { createEnvironment, type Environment } from '../../lib/environment.ts'
import { readSettings } from '../../lib/settings.ts'
import type { LambdaEnvironment, LambdaHandler } from '../aws/lambda/function-spec.ts'
import type { ResponseUrls } from '../cloudformation/response-urls.ts'
import type { SdkClient, SdkTransport } from '../sdk/sdk-transport.ts'
import type { World } from './world.ts'

/** The module behind a function's `handler`, as Lambda's runtime would load it. */
interface FunctionModule {
  readonly createHandler: (environment: Environment, outside: Outside) => unknown
}

/** What a function reaches besides AWS's APIs. */
export interface Outside {
  /** An HTTP PUT: how a custom resource answers CloudFormation. Rejects when the URL is refused. */
  readonly put: (url: string, body: string) => Promise<void>
}

const modules: Readonly<Record<string, () => Promise<FunctionModule>>> = {
  drain: () => import('../../functions/drain.ts'),
  resync: () => import('../../functions/resync.ts'),
}

/** Makes the handler of one function for an execution environment of the simulated Lambda. */
export type CreateProductHandler = (handler: string, environment: LambdaEnvironment) => LambdaHandler

/**
 * Loads the product's functions with the variables that the template gives them: what a cold start does, once for this
 * process. Each simulated execution environment then gets a handler of its own from the same code, with its calls
 * carried by the world's transport and its time the simulation's.
 *
 * @throws {SettingsError} as the cold start would.
 */
export const loadProduct = async (
  variables: Readonly<Record<string, Readonly<Record<string, string>>>>,
  world: Pick<World, 'transport' | 'responseUrls'>,
): Promise<CreateProductHandler> => {
  const loaded = new Map<string, FunctionModule>()
  for (const [handler, ofFunction] of Object.entries(variables)) {
    Object.assign(env, { AWS_REGION: 'eu-west-1' }, ofFunction)
    const load = modules[nameOf(handler)]
    if (load === undefined) throw new Error(`the template names a handler that does not exist: ${handler}`)
    loaded.set(handler, await load())
  }
  return (handler, environment) => {
    const found = loaded.get(handler)
    if (found === undefined) throw new Error(`the handler ${handler} was not loaded`)
    const outside = { put: putTo(world.responseUrls, environment) }
    return found.createHandler(productEnvironment(environment, world.transport), outside) as LambdaHandler
  }
}

const putTo =
  (responseUrls: ResponseUrls, { caller }: LambdaEnvironment): Outside['put'] =>
  async (url, body) => {
    await caller.wait(PUT_LATENCY_MS / 2)
    responseUrls.put(url, body)
    await caller.wait(PUT_LATENCY_MS / 2)
  }

/** There and back, to a bucket in the same region. */
const PUT_LATENCY_MS = 60

/** `build/drain.handler` is the bundle of `functions/drain.ts`. */
const nameOf = (handler: string): string =>
  handler.slice(handler.lastIndexOf('/') + 1, handler.lastIndexOf('.'))

/** Time comes in whole milliseconds, as Date.now gives it. */
const productEnvironment = (
  { variables, caller, now }: LambdaEnvironment,
  transport: SdkTransport,
): Environment => {
  const clients = createClients()
  for (const client of Object.values<SdkClient>({ ...clients })) transport.attach(client, caller)
  const clock = { now: () => Math.floor(now()) }
  return createEnvironment({ settings: readSettings(variables), clients, clock })
}
