import { afterEach, describe, expect, it } from '@jest/globals'
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'

import { LiveRehearsal, manualTime, runningTime } from '../../../simulator/endpoint/live-rehearsal.ts'
import { longPoll } from '../../../simulator/endpoint/long-poll.ts'
import { serveScenario, type ServedScenario } from '../../../simulator/endpoint/serve-scenario.ts'
import { stageRehearsal } from '../../../simulator/rehearsal/rehearse.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { call } from '../../../simulator/world/call.ts'
import { deployBare } from '../../../simulator/world/deploy-bare.ts'
import { smallCluster } from './small-cluster.ts'

const bare = { queues: [{ name: 'mine' }] }
const scenario = parseScenario('small', { ...smallCluster, bare })

const fail = (error: unknown): never => {
  throw error
}

let served: ServedScenario | undefined

afterEach(() => served?.stop())

const serve = async (speed: number | 'manual') => {
  served = await serveScenario({
    scenario,
    seed: 1,
    port: 0,
    speed,
    ebbtide: 'absent',
    onPackaging: () => undefined,
    onDefect: fail,
    onStandstill: fail,
  })
  return served
}

/** Sends a message and says when SQS took it in, in SQS's own words. */
const sentTimestamp = async (sqs: SQSClient): Promise<string | undefined> => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'mine' }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }))
  const received = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['SentTimestamp'] }),
  )
  return received.Messages?.[0]?.Attributes?.SentTimestamp
}

describe('time that runs', () => {
  it('comes in whole milliseconds, and loses none on the way', () => {
    let realMs = 1_000.125
    const time = runningTime(7.3, () => realMs)
    const taken = Array.from({ length: 1_000 }, () => {
      realMs += 0.875
      return time.takeDueMs()
    })
    expect(taken.filter((ms) => !Number.isInteger(ms))).toEqual([])
    const total = taken.reduce((sum, ms) => sum + ms, 0)
    expect(Math.abs(total - 875 * 7.3)).toBeLessThan(1)
  })

  it.each([7.3, 'manual'] as const)('shows on the wire as AWS writes it, at the speed %s', async (speed) => {
    const { url, region } = await serve(speed)
    const sqs = new SQSClient({
      region,
      endpoint: url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    })
    const advanced = await fetch(`${url}/advance?seconds=1.00025`, { method: 'POST' })
    expect(advanced.status).toBe(speed === 'manual' ? 200 : 409)
    expect(await sentTimestamp(sqs)).toMatch(/^\d{13}$/)
  })
})

describe('a client that asks for messages', () => {
  it('takes none when it has gone before its turn came', async () => {
    const staged = await stageRehearsal({ scenario, seed: 1, ebbtide: 'absent' })
    deployBare(staged.world, scenario.bare!)
    const live = new LiveRehearsal({ staged, seed: 1, scenario: 'small', time: manualTime })
    const { sqs, spec } = staged.world
    const QueueUrl = `https://sqs.${spec.region}.amazonaws.com/${spec.accountId}/mine`
    call(sqs.model, 'SendMessage', { QueueUrl, MessageBody: 'hello' })
    let isOpen = true
    const somethingElse = live.act(() => (isOpen = false))
    const receive = () =>
      longPoll({
        live,
        waitSeconds: 0,
        receive: () => call<Record<string, unknown>>(sqs.model, 'ReceiveMessage', { QueueUrl }),
        hasMessages: () => sqs.queueByUrl(QueueUrl).counts.available > 0,
        isOpen: () => isOpen,
      })
    const answer = receive()
    await somethingElse
    expect(await answer).toEqual({})
    expect(sqs.queueByUrl(QueueUrl).counts).toMatchObject({ available: 1, inFlight: 0 })
    isOpen = true
    expect((await receive())['Messages']).toHaveLength(1)
  })
})
