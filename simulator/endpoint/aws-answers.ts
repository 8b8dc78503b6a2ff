import { randomUUID } from 'node:crypto'

import { ServiceError } from '../aws/operation.ts'
import { writeError, writeOutput, type HttpAnswer } from '../wire/wire-answer.ts'
import { readRequest, WireRefusal, type HttpRequest, type WireCall } from '../wire/wire-request.ts'
import type { WireService } from '../wire/wire-service.ts'
import { askModel } from './ask-model.ts'
import type { LiveRehearsal } from './live-rehearsal.ts'
import { longPoll } from './long-poll.ts'
import { insideQueueUrl, outsideQueueUrls } from './queue-urls.ts'

/** A request to AWS, and whether its client still waits for the answer. */
interface OpenRequest extends HttpRequest {
  readonly isOpen: () => boolean
}

interface Answering {
  readonly live: LiveRehearsal
  readonly services: readonly WireService[]
}

/** Answers as AWS would: read from the wire, asked of the model, written to the wire. Throws only for defects of ours. */
export const answerAws = async ({ live, services }: Answering, request: OpenRequest): Promise<HttpAnswer> => {
  const requestId = randomUUID()
  try {
    const call = await readRequest(request, services)
    return await answerCall(live, { call, request, requestId })
  } catch (error) {
    if (error instanceof WireRefusal) return writeError(error.address, error.error, requestId)
    throw error
  }
}

interface Asked {
  readonly call: WireCall
  readonly request: OpenRequest
  readonly requestId: string
}

const answerCall = async (live: LiveRehearsal, asked: Asked): Promise<HttpAnswer> => {
  try {
    return await askAndWrite(live, asked)
  } catch (error) {
    if (error instanceof ServiceError) return writeError(asked.call, error, asked.requestId)
    throw error
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Written in the same virtual moment in which it was asked: what the model answers may be part of its state. */
const askAndWrite = async (live: LiveRehearsal, { call, request, requestId }: Asked): Promise<HttpAnswer> => {
  const { service, operation } = call
  const place = { region: live.world.spec.region, host: request.headers['host'] ?? '' }
  const isSqs = service.serviceId === 'SQS'
  const input = isSqs ? insideQueueUrl(call.input, place) : call.input
  const outsideCall = { serviceId: service.serviceId, operation: operation[2], input }
  const write = (output: Fields) =>
    writeOutput(call, isSqs ? outsideQueueUrls(output, place) : output, requestId)
  if (operation[2] === 'ReceiveMessage')
    return write(await receive(live, { ...outsideCall, isOpen: request.isOpen }))
  return live.act(() => write(askModel(live.world, outsideCall) as Fields))
}

interface Receiving {
  readonly serviceId: string
  readonly operation: string
  readonly input: Fields
  readonly isOpen: () => boolean
}

/** The model's queues answer at once; whoever wants to wait waits here. */
const receive = (live: LiveRehearsal, { isOpen, input, ...call }: Receiving): Promise<Fields> => {
  const { WaitTimeSeconds: wait = 0, ...rest } = input
  const { sqs } = live.world
  return longPoll({
    live,
    isOpen,
    waitSeconds: Number(wait),
    receive: () => askModel(live.world, { ...call, input: rest }) as Fields,
    hasMessages: () => sqs.queueByUrl(String(input['QueueUrl'])).counts.available > 0,
  })
}
