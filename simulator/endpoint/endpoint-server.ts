import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import type { HttpAnswer } from '../wire/wire-answer.ts'
import { MAX_BODY_BYTES } from '../wire/wire-request.ts'
import { whyNotOurs } from './foreign-request.ts'

/** A request as it came in, whole. */
export interface EndpointRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  /** Whether the client still waits. */
  readonly isOpen: () => boolean
}

export type AnswerRequest = (request: EndpointRequest) => Promise<HttpAnswer>

/** Nobody but this machine is meant: the endpoint believes every signature. */
export const LOOPBACK = '127.0.0.1'

interface ServerOptions {
  /** 0: any that is free. */
  readonly port: number
  readonly answer: AnswerRequest
  /** Hears of defects: a request that made the endpoint itself fail. */
  readonly onDefect: (error: unknown) => void
}

/** @throws {Error} in a sentence when the port is taken or not ours to take. */
export const startServer = async ({ port, answer, onDefect }: ServerOptions): Promise<Server> => {
  const server = createServer((request, response) => {
    const failed = (error: unknown): HttpAnswer => {
      onDefect(error)
      return plainAnswer(500, 'The endpoint failed; its own output says how.')
    }
    void answerTo({ request, response }, answer)
      .catch(failed)
      .then((answered) => send(response, answered))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(whyNotListening(error, port), { cause: error }))
    })
    server.listen(port, LOOPBACK, resolve)
  })
  return server
}

/** Stops taking requests and lets go of those that wait. */
export const stopServer = async (server: Server): Promise<void> => {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

export const plainAnswer = (status: number, sentence: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `${sentence}\n`,
})

const whyNotListening = ({ code, message }: NodeJS.ErrnoException, port: number): string => {
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken: stop what listens there, or choose another with --port.`
  if (code === 'EACCES')
    return `Port ${port} needs rights that this process does not have: choose one from 1024 up with --port.`
  return `The endpoint cannot listen on port ${port}: ${message}.`
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const answerTo = async ({ request, response }: Exchange, answer: AnswerRequest): Promise<HttpAnswer> => {
  const { method = 'GET', headers } = request
  const foreign = whyNotOurs(headers, request.socket.localPort)
  if (foreign !== undefined) return plainAnswer(403, foreign)
  const url = urlOf(request)
  if (url === undefined) return plainAnswer(400, 'What is asked for is no path.')
  const body = await bodyOf(request)
  if (body === undefined) return plainAnswer(413, `A body may have ${MAX_BODY_BYTES} bytes.`)
  const isOpen = () => !response.closed
  return answer({ method, url, headers: headers as EndpointRequest['headers'], body, isOpen })
}

/** A target is nearly always a path, and `//` is one too: by itself it would be read as a host. Undefined: it is none. */
const urlOf = ({ url: target = '/' }: IncomingMessage): URL | undefined =>
  URL.parse(target.startsWith('/') ? `http://${LOOPBACK}${target}` : target) ?? undefined

/** Undefined: it is longer than any request of AWS. */
const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | undefined> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const send = (response: ServerResponse, { status, headers, body }: HttpAnswer): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
