import type { HttpAnswer } from '../wire/wire-answer.ts'
import type { WireService } from '../wire/wire-service.ts'
import { answerAws } from './aws-answers.ts'
import type { DeliveryLog } from './delivery-log.ts'
import { plainAnswer, type AnswerRequest, type EndpointRequest } from './endpoint-server.ts'
import type { LiveRehearsal } from './live-rehearsal.ts'

interface Endpoint {
  readonly live: LiveRehearsal
  readonly services: readonly WireService[]
  readonly deliveries: DeliveryLog
}

/** What the endpoint answers beside AWS: the score, the deliveries, and the passing of time. */
const routes: Readonly<
  Record<string, (endpoint: Endpoint, request: EndpointRequest) => Promise<HttpAnswer>>
> = {
  'GET /score': async ({ live }) => jsonAnswer(await live.score()),
  'GET /deliveries': async ({ live, deliveries }, { url }) => {
    const after = wholeNumber(url.searchParams.get('after') ?? '0')
    if (after === undefined) return plainAnswer(400, '`after` must be the number of a delivery.')
    return jsonAnswer({ deliveries: await live.act(() => deliveries.after(after)) })
  },
  'POST /advance': async ({ live }, { url }) => {
    if (live.runs) return plainAnswer(409, 'Time runs by itself: start with --manual to move it.')
    const seconds = Number.parseFloat(url.searchParams.get('seconds') ?? '')
    if (!(seconds >= 0 && seconds <= LONGEST_ADVANCE_SECONDS))
      return plainAnswer(400, `\`seconds\` must be a number from 0 to ${LONGEST_ADVANCE_SECONDS}.`)
    await live.advance(Math.round(seconds * 1_000))
    return jsonAnswer({ now: new Date(live.world.simulation.now()).toISOString() })
  },
}

/** A day at once takes a second or two, during which nobody else is answered. */
const LONGEST_ADVANCE_SECONDS = 86_400

/** Answers every request: those of AWS's clients are POST with a target or a form, wherever they are sent. */
export const answerRequests =
  (endpoint: Endpoint): AnswerRequest =>
  async (request) => {
    const route = routes[`${request.method} ${request.url.pathname}`]
    if (route !== undefined) return route(endpoint, request)
    if (request.method === 'POST') return answerAws(endpoint, request)
    return plainAnswer(404, `Ask AWS's services by POST, or one of: ${Object.keys(routes).join(', ')}.`)
  }

const jsonAnswer = (value: object): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value)}\n`,
})

const wholeNumber = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined)
