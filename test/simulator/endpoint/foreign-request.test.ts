import { request } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { whyNotOurs } from '../../../simulator/endpoint/foreign-request.ts'
import { plainAnswer, startServer, stopServer } from '../../../simulator/endpoint/endpoint-server.ts'

describe('a request to the endpoint', () => {
  const answered: string[] = []
  const defects: unknown[] = []
  let server: Awaited<ReturnType<typeof startServer>>
  let port: number

  beforeAll(async () => {
    server = await startServer({
      port: 0,
      answer: async ({ url }) => {
        answered.push(url.pathname)
        return plainAnswer(200, 'well')
      },
      onDefect: (error) => defects.push(error),
    })
    port = (server.address() as AddressInfo).port
  })

  afterAll(async () => {
    await stopServer(server)
    expect(defects).toEqual([])
  })

  const statusOf = (headers: Readonly<Record<string, string>>, path = '/'): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })

  it('is answered under each name of this machine', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])
      expect(await statusOf({ host: `${name}:${port}` })).toBe(200)
    expect(await statusOf({ host: `localhost:${port}`, 'sec-fetch-site': 'none' })).toBe(200)
  })

  it('is refused unseen when a page of the web sends it, under whatever name', async () => {
    answered.length = 0
    const host = `127.0.0.1:${port}`
    const foreign: Record<string, string>[] = [
      { host: `rebound.example:${port}` },
      { host: '127.0.0.1' },
      { host: `127.0.0.1:${port + 1}` },
      { host, origin: 'https://example.com' },
      { host, origin: 'null' },
      { host, origin: `http://${host}` },
      { host, 'sec-fetch-site': 'cross-site' },
      { host, 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of foreign) expect([headers, await statusOf(headers)]).toEqual([headers, 403])
    expect(answered).toEqual([])
  })

  it('may leave out the port that HTTP has by itself', () => {
    expect(whyNotOurs({ host: 'localhost' }, 80)).toBeUndefined()
    expect(whyNotOurs({ host: 'localhost' }, 4566)).toContain('localhost:4566')
  })

  it('may ask for any path, and is told when it asks for none', async () => {
    const host = `localhost:${port}`
    answered.length = 0
    expect(await statusOf({ host }, '//')).toBe(200)
    expect(await statusOf({ host }, '//elsewhere/queue')).toBe(200)
    expect(answered).toEqual(['//', '//elsewhere/queue'])
    expect(await statusOf({ host }, 'http://[')).toBe(400)
  })
})
