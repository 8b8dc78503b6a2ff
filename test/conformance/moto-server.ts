import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { env } from 'node:process'

import { ACCOUNT_ID } from './twin-account.ts'

/** How long the server may take until it answers, and how often it is asked. */
const START_MS = 60_000
const ASK_AGAIN_MS = 200

export interface MotoServer {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Starts moto's server on a free port, with the account id of the simulated account. */
export const startMoto = async (): Promise<MotoServer> => {
  const python = env['EBBTIDE_PYTHON']
  if (python === undefined)
    throw new Error('Run these tests by `npm run test:conformance`, which installs moto.')
  const port = await freePort()
  const moto = spawn(join(dirname(python), 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...env, MOTO_ACCOUNT_ID: ACCOUNT_ID },
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(url, moto)
  const stop = async () => {
    const ended = once(moto, 'exit')
    moto.kill()
    await ended
  }
  return { url, stop }
}

const untilAnswers = async (url: string, moto: ChildProcess): Promise<void> => {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += ASK_AGAIN_MS) {
    if (moto.exitCode !== null) throw new Error(`moto ended with ${moto.exitCode}`)
    const answers = await fetch(`${url}/moto-api/data.json`).then(
      () => true,
      () => false,
    )
    if (answers) return
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
  moto.kill()
  throw new Error(`moto did not answer within ${START_MS} ms`)
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
