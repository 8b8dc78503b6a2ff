import { describe, expect, it } from '@jest/globals'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import type { QueueSpec } from '../../../../simulator/aws/sqs/message.ts'
import { MAX_DUPLICATE_DELAY_MS } from '../../../../simulator/aws/sqs/queue.ts'
import { Sqs } from '../../../../simulator/aws/sqs/sqs.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const plain: QueueSpec = {
  name: 'plain',
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 3_600,
  delaySeconds: 0,
}

const setUp = (changes: Partial<QueueSpec> = {}) => {
  const simulation = new Simulation({ seed: 1 })
  const sqs = new Sqs({ simulation, account })
  const queue = sqs.createQueue({ ...plain, ...changes })
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  const bodies = (limit = 10) => queue.receive(limit).map(({ body }) => body)
  return { simulation, sqs, queue, pass, bodies }
}

const errorCode = (act: () => unknown): unknown => {
  try {
    act()
    return 'no error'
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}

describe('a standard queue', () => {
  it('hides a received message for its visibility timeout and then hands it out again, counting', async () => {
    const { sqs, queue, pass, simulation } = setUp()
    const sentAt = simulation.now()
    sqs.send(queue, { body: 'a' })
    await pass(1)
    const [first] = queue.receive(10)
    expect(queue.receive(10)).toEqual([])
    await pass(29)
    expect(queue.receive(10)).toEqual([])
    await pass(1)
    const [second] = queue.receive(10)
    expect(first).toMatchObject({ receiveCount: 1, sentAt, firstReceivedAt: sentAt + 1_000 })
    expect(second).toMatchObject({
      receiveCount: 2,
      sentAt,
      firstReceivedAt: sentAt + 1_000,
      messageId: first?.messageId,
    })
    expect(second?.receiptHandle).not.toBe(first?.receiptHandle)
  })

  it('hands out the oldest messages first, as many as were asked for', () => {
    const { sqs, queue, bodies } = setUp()
    for (const body of ['a', 'b', 'c']) sqs.send(queue, { body })
    expect([bodies(2), bodies(2), bodies(2)]).toEqual([['a', 'b'], ['c'], []])
  })

  it('holds a message back for its own delay, or else for the delay of the queue', async () => {
    const { sqs, queue, pass, bodies } = setUp({ delaySeconds: 5 })
    sqs.send(queue, { body: 'queue delay' })
    sqs.send(queue, { body: 'own delay', delaySeconds: 10 })
    sqs.send(queue, { body: 'none', delaySeconds: 0 })
    expect(queue.counts).toEqual({ available: 1, inFlight: 0, delayed: 2 })
    const seen = [bodies()]
    await pass(5)
    seen.push(bodies())
    await pass(5)
    seen.push(bodies())
    expect(seen).toEqual([['none'], ['queue delay'], ['own delay']])
  })

  it('forgets a deleted message, and lets it be deleted again', async () => {
    const { sqs, queue, pass, bodies } = setUp()
    sqs.send(queue, { body: 'a' })
    const [message] = queue.receive(1)
    queue.delete(message!.receiptHandle)
    queue.delete(message!.receiptHandle)
    await pass(60)
    expect([bodies(), queue.contents]).toEqual([[], []])
  })

  it('does not delete by a receipt handle that a later receive has replaced', async () => {
    const { sqs, queue, pass } = setUp()
    sqs.send(queue, { body: 'a' })
    const [first] = queue.receive(1)
    await pass(30)
    queue.receive(1)
    queue.delete(first!.receiptHandle)
    expect(queue.counts.inFlight).toBe(1)
  })

  it('deletes messages that outlive their retention, wherever they are', async () => {
    const { sqs, queue, pass } = setUp({ retentionSeconds: 60 })
    sqs.send(queue, { body: 'in flight' })
    queue.receive(1, 600)
    sqs.send(queue, { body: 'available' })
    await pass(59)
    sqs.send(queue, { body: 'young' })
    expect(queue.contents).toHaveLength(3)
    await pass(1)
    expect(queue.contents.map(({ body }) => body)).toEqual(['young'])
    expect(queue.expiredCount).toBe(2)
  })

  it('tells whoever listens each time a message becomes available', async () => {
    const { sqs, queue, pass } = setUp()
    let available = 0
    queue.onAvailable(() => (available += 1))
    sqs.send(queue, { body: 'now' })
    sqs.send(queue, { body: 'later', delaySeconds: 10 })
    expect(available).toBe(1)
    await pass(10)
    expect(available).toBe(2)
    queue.receive(1)
    await pass(30)
    expect(available).toBe(3)
  })
})

describe('visibility', () => {
  it('ends when it is set to 0, and lasts as long as it is set to', async () => {
    const { sqs, queue, pass, bodies } = setUp()
    sqs.send(queue, { body: 'a' })
    const [first] = queue.receive(1)
    queue.changeVisibility(first!.receiptHandle, 0)
    const [second] = queue.receive(1)
    queue.changeVisibility(second!.receiptHandle, 300)
    await pass(299)
    expect(bodies()).toEqual([])
    await pass(1)
    expect(bodies()).toEqual(['a'])
  })

  it('may be extended up to 12 hours after the receive, however often it was extended before', async () => {
    const { sqs, queue, pass } = setUp({ retentionSeconds: 1_209_600 })
    sqs.send(queue, { body: 'a' })
    const [message] = queue.receive(1)
    queue.changeVisibility(message!.receiptHandle, 43_200)
    await pass(3_600)
    expect(errorCode(() => queue.changeVisibility(message!.receiptHandle, 39_601))).toBe(
      'InvalidParameterValue',
    )
    expect(errorCode(() => queue.changeVisibility(message!.receiptHandle, 39_600))).toBe('no error')
  })

  it('cannot be changed for a message that is available again or deleted, nor by a foreign handle', async () => {
    const { sqs, queue, pass } = setUp()
    const other = sqs.createQueue({ ...plain, name: 'other' })
    sqs.send(queue, { body: 'a' })
    const [message] = queue.receive(1)
    await pass(30)
    expect(errorCode(() => queue.changeVisibility(message!.receiptHandle, 5))).toBe('MessageNotInflight')
    queue.delete(message!.receiptHandle)
    expect(errorCode(() => queue.changeVisibility(message!.receiptHandle, 5))).toBe('MessageNotInflight')
    expect(errorCode(() => other.changeVisibility(message!.receiptHandle, 5))).toBe('ReceiptHandleIsInvalid')
    expect(errorCode(() => other.delete('made up'))).toBe('ReceiptHandleIsInvalid')
  })
})

describe('the dead-letter queue', () => {
  const withDeadLetters = () => {
    const setting = setUp({
      redrive: { deadLetterQueueArn: `arn:aws:sqs:eu-west-1:111122223333:dead`, maxReceiveCount: 2 },
    })
    return { ...setting, dead: setting.sqs.createQueue({ ...plain, name: 'dead' }) }
  }

  it('gets a message when its receives exceed the limit, not when they reach it', async () => {
    const { sqs, queue, dead, pass, bodies } = withDeadLetters()
    const letters: string[] = []
    sqs.onDeadLetter(({ body }) => letters.push(body))
    sqs.send(queue, { body: 'poison' })
    expect(bodies()).toEqual(['poison'])
    await pass(30)
    expect(bodies()).toEqual(['poison'])
    await pass(30)
    expect([dead.contents.length, letters]).toEqual([0, []])
    expect(bodies()).toEqual([])
    expect([dead.contents.length, letters, queue.contents]).toEqual([1, ['poison'], []])
  })

  it('keeps the id and the time at which the message was sent, so that its retention runs on', async () => {
    const { sqs, queue, dead, pass } = withDeadLetters()
    const sent = sqs.send(queue, { body: 'poison' })
    for (let receive = 0; receive < 3; receive += 1) {
      queue.receive(1)
      await pass(30)
    }
    const [letter] = dead.receive(1)
    expect(letter).toMatchObject({
      messageId: sent.messageId,
      sentAt: sent.sentAt,
      deadLetterSourceArn: queue.arn,
    })
    await pass(3_600 - 90)
    expect(dead.contents).toEqual([])
  })

  it('loses a letter at its own age, although a younger message was there before it', async () => {
    const { sqs, queue, dead, pass } = withDeadLetters()
    sqs.send(queue, { body: 'poison' })
    await pass(100)
    sqs.send(dead, { body: 'younger' })
    for (let receive = 0; receive < 3; receive += 1) {
      queue.receive(1)
      await pass(30)
    }
    await pass(3_600 - 190)
    expect(dead.contents.map(({ body }) => body)).toEqual(['younger'])
  })

  it('does not keep the good messages behind a bad one waiting', async () => {
    const { sqs, queue, pass, bodies } = withDeadLetters()
    sqs.send(queue, { body: 'poison' })
    bodies()
    await pass(30)
    bodies()
    await pass(30)
    sqs.send(queue, { body: 'good' })
    expect(bodies(1)).toEqual(['good'])
  })
})

describe('disorder', () => {
  it('delivers a message again, inside its visibility timeout and after it was deleted', async () => {
    const { sqs, queue, pass } = setUp({ visibilityTimeoutSeconds: 3_000 })
    sqs.setDisorder({ duplicateOdds: 1, reorderOdds: 0 })
    sqs.send(queue, { body: 'hidden' })
    const [hidden] = queue.receive(1)
    await pass(MAX_DUPLICATE_DELAY_MS / 1000)
    const [again] = queue.receive(1)
    expect(again).toMatchObject({ messageId: hidden?.messageId, receiveCount: 2 })
    queue.delete(again!.receiptHandle)
    await pass(MAX_DUPLICATE_DELAY_MS / 1000)
    expect(queue.receive(1)).toMatchObject([{ messageId: hidden?.messageId, receiveCount: 3 }])
  })

  it('hands out another message than the oldest one, and loses none', () => {
    const { sqs, bodies, queue } = setUp()
    sqs.setDisorder({ duplicateOdds: 0, reorderOdds: 1 })
    const sent = Array.from({ length: 30 }, (_, index) => String(index))
    for (const body of sent) sqs.send(queue, { body })
    const received = [...bodies(), ...bodies(), ...bodies()]
    expect(received).not.toEqual(sent)
    expect(new Set(received)).toEqual(new Set(sent))
  })
})

describe('the limits of SQS', () => {
  it.each([
    ['a delay above 900 seconds', { body: 'a', delaySeconds: 901 }],
    ['a delay that is no whole number', { body: 'a', delaySeconds: 1.5 }],
    ['an empty body', { body: '' }],
    ['more than 1 MiB', { body: 'é'.repeat(524_289) }],
  ])('refuses %s', (_, message) => {
    const { sqs, queue } = setUp()
    expect(errorCode(() => sqs.send(queue, message))).toBe('InvalidParameterValue')
  })

  it('takes a message of exactly 1 MiB', () => {
    const { sqs, queue } = setUp()
    expect(errorCode(() => sqs.send(queue, { body: 'é'.repeat(524_288) }))).toBe('no error')
  })

  it.each<[string, Partial<QueueSpec>]>([
    ['a visibility timeout above 12 hours', { visibilityTimeoutSeconds: 43_201 }],
    ['a retention below a minute', { retentionSeconds: 59 }],
    ['a retention above 14 days', { retentionSeconds: 1_209_601 }],
    ['a maxReceiveCount of 0', { redrive: { deadLetterQueueArn: 'arn', maxReceiveCount: 0 } }],
  ])('refuses a queue with %s', (_, changes) => {
    expect(errorCode(() => setUp(changes))).toBe('InvalidParameterValue')
  })
})
