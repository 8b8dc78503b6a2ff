import { createClients } from '../../lib/aws/clients.ts'
import { worldSpecOf, type Scenario } from '../scenario/scenario.ts'
import { deployEbbtide } from '../world/deploy-ebbtide.ts'
import { createWorld, type World } from '../world/world.ts'
import type { Account } from './examination.ts'

/** Chance decides names and latencies only: nothing has happened yet in this world. */
const SEED = 1

/** The world of a scenario as it stands before its script begins, with Ebbtide deployed. */
export const deployScenario = async (scenario: Scenario, onPackaging?: () => void): Promise<World> => {
  const world = createWorld(worldSpecOf(scenario), SEED)
  await deployEbbtide(world, scenario.settings, onPackaging)
  return world
}

/**
 * Does work that asks a simulated account, in its virtual time.
 *
 * @throws what the work throws.
 */
export const askWorld = async <Answer>(
  { simulation, transport }: World,
  work: (account: Account) => Promise<Answer>,
): Promise<Answer> => {
  let answer: Answer | undefined
  const process = simulation.start(async (own) => {
    const clients = createClients()
    const caller = { name: 'doctor', wait: (delayMs: number) => own.wait(delayMs), statements: undefined }
    transport.attach(clients.autoScaling, caller)
    transport.attach(clients.ec2, caller)
    transport.attach(clients.ecs, caller)
    transport.attach(clients.loadBalancing, caller)
    transport.attach(clients.sqs, caller)
    answer = await work({ clients, clock: simulation })
  })
  await simulation.runWhile(() => process.outcome.kind === 'running')
  if (process.outcome.kind === 'threw') throw process.outcome.error
  return answer as Answer
}
