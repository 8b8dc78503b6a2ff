import type { AddressInfo } from 'node:net'

import { describe, expect, it } from '@jest/globals'

import { plainAnswer, startServer, stopServer } from '../../../simulator/endpoint/endpoint-server.ts'

describe('the server of the endpoint', () => {
  it('survives a request that it cannot bear, and tells of it', async () => {
    const defects: unknown[] = []
    const server = await startServer({
      port: 0,
      answer: async ({ url }) => {
        if (url.pathname === '/defect') throw new TypeError('a mistake of ours')
        return plainAnswer(200, 'well')
      },
      onDefect: (error) => defects.push(error),
    })
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await fetch(`${address}/defect`)).status).toBe(500)
    expect(defects.splice(0).map(String)).toEqual(['TypeError: a mistake of ours'])
    expect(await (await fetch(address)).text()).toBe('well\n')
    const tooLong = await fetch(address, { method: 'POST', body: 'x'.repeat(9 * 1_048_576) }).catch(
      () => undefined,
    )
    expect([413, undefined]).toContain(tooLong?.status)
    expect((await fetch(address)).status).toBe(200)
    await stopServer(server)
    expect(defects).toEqual([])
  })
})
