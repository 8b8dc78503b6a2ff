import { HttpResponse } from '@smithy/core/protocols'

import type { HttpAnswer } from '../../../simulator/wire/wire-answer.ts'
import type { HttpRequest } from '../../../simulator/wire/wire-request.ts'

/** What the SDK hands to whoever sends its requests. */
interface SdkRequest {
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A request handler for SDK clients that asks `answer` instead of a network. */
export const requestHandlerOf = (answer: (request: HttpRequest) => Promise<HttpAnswer>) => ({
  handle: async ({ headers, body = '' }: SdkRequest): Promise<{ response: HttpResponse }> => {
    const lowerCase = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    )
    const sent = await answer({
      headers: lowerCase,
      body: typeof body === 'string' ? Buffer.from(body) : Uint8Array.from(body),
    })
    const response = new HttpResponse({
      statusCode: sent.status,
      headers: { ...sent.headers },
      body: Buffer.from(sent.body),
    })
    return { response }
  },
})

/** No network is meant by any of it. */
export const offline = {
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
}
