import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'

import { stageRehearsal } from '../rehearsal/rehearse.ts'
import { bareFor } from '../scenario/bare-schema.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { loadWireServices } from '../wire/wire-services.ts'
import { deployBare } from '../world/deploy-bare.ts'
import { hearProduct } from '../rehearsal/hear-product.ts'
import { DeliveryLog } from './delivery-log.ts'
import { answerRequests } from './endpoint-answers.ts'
import { LOOPBACK, startServer, stopServer } from './endpoint-server.ts'
import { LiveRehearsal, manualTime, runningTime } from './live-rehearsal.ts'

export interface ServeScenario {
  readonly scenario: Scenario
  readonly seed: number
  readonly port: number
  /** Virtual seconds for each real one; `manual`: only when they are asked for. */
  readonly speed: number | 'manual'
  /** `absent`: the scenario's own hooks and queues in its place. */
  readonly ebbtide: 'deployed' | 'absent'
  readonly onPackaging: () => void
  /** Hears of a request that the endpoint could not bear. It goes on with the next one. */
  readonly onDefect: (error: unknown) => void
  /** Hears why virtual time cannot go on, such as a step of the script that is refused. Then it stands still. */
  readonly onStandstill: (error: unknown) => void
}

export interface ServedScenario {
  /** `http://127.0.0.1:4566` */
  readonly url: string
  readonly region: string
  /** Stops time, lets go of every request and frees the port. */
  readonly stop: () => Promise<void>
}

/** How often virtual time is moved while nobody asks anything, in real milliseconds. */
const STEP_MS = 50

/**
 * Serves a scenario over HTTP until it is stopped.
 *
 * @throws {Error} when the port is not to be had, or as `stageRehearsal` does.
 */
export const serveScenario = async (options: ServeScenario): Promise<ServedScenario> => {
  const { scenario, seed, port, onDefect } = options
  const staged = await stageRehearsal(options)
  const { world } = staged
  if (options.ebbtide === 'absent')
    deployBare(world, scenario.bare ?? bareFor(scenario.groups.map(({ name }) => name)))
  const deliveries = new DeliveryLog(world)
  const services = await loadWireServices()
  const time = options.speed === 'manual' ? manualTime : runningTime(options.speed, () => performance.now())
  const live = new LiveRehearsal({ staged, seed, scenario: scenario.name, time })
  const server = await startServer({
    port,
    onDefect,
    answer: answerRequests({ live, services, deliveries }),
  })
  const endCapture = hearProduct(world, staged.recording)
  const stopTime = keepTimePassing(live, options.onStandstill)
  return {
    url: urlOf(server),
    region: world.spec.region,
    stop: async () => {
      stopTime()
      await stopServer(server)
      endCapture()
    },
  }
}

const urlOf = (server: Server): string => `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`

/** @returns stops it. */
const keepTimePassing = (live: LiveRehearsal, onStandstill: (error: unknown) => void): (() => void) => {
  if (!live.runs) return () => undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const step = async (): Promise<void> => {
    await live.catchUp()
    if (!isStopped) timer = setTimeout(pass, STEP_MS)
  }
  const pass = (): void => {
    step().catch(onStandstill)
  }
  pass()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
