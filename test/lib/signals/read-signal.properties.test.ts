import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'

import { writeLookAgain } from '../../../lib/signals/look-again.ts'
import { readSignal } from '../../../lib/signals/read-signal.ts'
import { HOP_LIMIT, type Signal } from '../../../lib/signals/signal.ts'
import { exampleBody, exampleNames, TOKEN } from './example-events.ts'

const examples = exampleNames().map((name) => JSON.stringify(JSON.parse(exampleBody(name))))
const example = fc.constantFrom(...examples)

/** Every place in a JSON value, as the keys that lead there. */
const pathsOf = (value: unknown): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        [key],
        ...pathsOf(inner).map((path) => [key, ...path]),
      ])
    : []

/** The same JSON with another value at one place; `undefined` takes the place away. */
const replaceAt = (value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown => {
  if (key === undefined) return put
  const inner = (value as Record<string, unknown>)[key]
  const copy = structuredClone(value) as Record<string, unknown>
  return Object.assign(copy, { [key]: replaceAt(inner, rest, put) })
}

/** An example in which one value, however deep, has become `put`. */
const exampleHolding = (put: fc.Arbitrary<unknown>) =>
  example.chain((body) => {
    const json: unknown = JSON.parse(body)
    return fc
      .tuple(fc.constantFrom(...pathsOf(json)), put)
      .map(([path, value]) => JSON.stringify(replaceAt(json, path, value)))
  })

const exampleCutOff = example.chain((body) => fc.nat(body.length - 1).map((length) => body.slice(0, length)))

/** One character becomes another, which may break the JSON, an escape inside the JSON, or only a value. */
const exampleWithTypo = example.chain((body) =>
  fc
    .tuple(fc.nat(body.length - 1), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
    .map(([at, letter]) => body.slice(0, at) + letter + body.slice(at + 1)),
)

const damagedExample = fc.oneof(
  exampleHolding(fc.option(fc.jsonValue(), { nil: undefined })),
  exampleCutOff,
  exampleWithTypo,
)

const anyBody = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .dictionary(
      fc.constantFrom('Type', 'Message', 'Event', 'detail', 'detail-type', 'ebbtide', '__proto__'),
      fc.jsonValue(),
    )
    .map((fields) => JSON.stringify(fields)),
  damagedExample,
)

/** The parts of a signal that others rely on without checking again. */
const unsoundPartsOf = (signal: Signal): readonly string[] => {
  const unsound: string[] = []
  const check = (part: string, isSound: boolean) => {
    if (!isSound) unsound.push(part)
  }
  const hasForm = (part: string, value: string, form: RegExp) => check(part, form.test(value))
  if ('occurredAt' in signal) check('occurredAt', Number.isFinite(signal.occurredAt))
  if ('instanceId' in signal) hasForm('instanceId', signal.instanceId, /^i-[0-9a-f]+$/)
  if ('instanceIds' in signal) {
    for (const id of signal.instanceIds) hasForm('instanceIds', id, /^i-[0-9a-f]+$/)
    check('instanceIds', new Set(signal.instanceIds).size === signal.instanceIds.length)
  }
  if ('startsAt' in signal) check('startsAt', Number.isFinite(signal.startsAt))
  if ('autoScalingGroupName' in signal)
    hasForm('autoScalingGroupName', signal.autoScalingGroupName, /^[^\n:]{1,255}$/u)
  switch (signal.kind) {
    case 'lifecycle-action':
      hasForm('lifecycleHookName', signal.lifecycleHookName, /^[\w/-]{1,255}$/)
      return unsound
    case 'task-state-change':
      hasForm('taskArn', signal.taskArn, /^arn:aws[^:]*:ecs:[^:]+:\d+:task\/\S+$/)
      hasForm('clusterName', signal.clusterName, /^[\w-]{1,255}$/)
      return unsound
    case 'container-instance-state-change':
      hasForm(
        'containerInstanceArn',
        signal.containerInstanceArn,
        /^arn:aws[^:]*:ecs:[^:]+:\d+:container-instance\/\S+$/,
      )
      hasForm('clusterName', signal.clusterName, /^[\w-]{1,255}$/)
      return unsound
    case 'spot-interruption':
      check('action', ['terminate', 'stop', 'hibernate', undefined].includes(signal.action))
      return unsound
    case 'capacity-reservation-interruption':
      check('names', signal.instanceIds.length > 0 || signal.capacityReservationId !== undefined)
      if ('capacityReservationId' in signal)
        hasForm('capacityReservationId', signal.capacityReservationId, /^cr-[0-9a-f]+$/)
      return unsound
    case 'scheduled-change':
      check('instanceIds', signal.instanceIds.length > 0)
      hasForm('code', signal.code, /^[A-Z0-9_]{1,100}$/)
      return unsound
    case 'instance-state-change':
      check('state', ['stopping', 'stopped', 'shutting-down', 'terminated'].includes(signal.state))
      return unsound
    case 'look-again':
      check('hop', signal.hop >= 1 && signal.hop <= HOP_LIMIT)
      return unsound
    case 'ignored':
      hasForm('reason', signal.reason, /^[a-z0-9-]{1,40}$/)
      return unsound
    case 'unreadable':
      hasForm('reason', signal.reason, /^[ -~]{10,140}$/)
      return unsound
    case 'rebalance-recommendation':
    case 'test-notification':
      return unsound
    default:
      return [`kind ${JSON.stringify(signal satisfies never)}`]
  }
}

describe('reading any body', () => {
  it('never throws and gives a signal that needs no further checks', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(unsoundPartsOf(readSignal(body))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('calls every example that was cut off unreadable, wherever the cut is', () => {
    const readable = examples.flatMap((body) =>
      Array.from({ length: body.length }, (_, length) => body.slice(0, length)).filter(
        (beginning) => readSignal(beginning).kind !== 'unreadable',
      ),
    )
    expect(readable).toEqual([])
  })

  it('lets no token and no metadata through, however the message is damaged', () => {
    fc.assert(
      fc.property(damagedExample, (body) => {
        const signal = JSON.stringify(readSignal(body))
        expect(signal).not.toContain(TOKEN.slice(0, 8))
        expect(signal).not.toContain('platform')
      }),
      { numRuns: 3_000 },
    )
  })

  it('never repeats a piece of the body in the reason', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.infiniteStream(fc.nat()), (marker, chance) => {
        const pick = <Item>(items: readonly Item[]) =>
          items[Number(chance.next().value) % items.length] as Item
        const json: unknown = JSON.parse(pick(examples))
        const signal = readSignal(JSON.stringify(replaceAt(json, pick(pathsOf(json)), marker)))
        expect(signal.kind === 'unreadable' ? signal.reason : '').not.toContain(marker)
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not mind fields that it does not know', () => {
    fc.assert(
      fc.property(example, fc.string(), fc.jsonValue(), (body, name, value) => {
        const extended = { ...(JSON.parse(body) as object), [`x-${name}`]: value }
        expect(readSignal(JSON.stringify(extended))).toEqual(readSignal(body))
      }),
    )
  })

  it('does not mind in which order the fields come', () => {
    fc.assert(
      fc.property(example, (body) => {
        const reversed = Object.fromEntries(Object.entries(JSON.parse(body) as object).reverse())
        expect(readSignal(JSON.stringify(reversed))).toEqual(readSignal(body))
      }),
    )
  })

  it('reads back every look-again message that may be written', () => {
    const signal = fc.record({
      instanceId: fc.stringMatching(/^i-[0-9a-f]{17}$/),
      autoScalingGroupName: fc.stringMatching(/^[!-9;-~]{1,255}$/),
      hop: fc.integer({ min: 1, max: HOP_LIMIT }),
      occurredAt: fc.nat(),
    })
    fc.assert(
      fc.property(signal, (written) => {
        expect(readSignal(writeLookAgain(written))).toEqual({ kind: 'look-again', ...written })
      }),
    )
  })
})

/** A scheduled change whose code makes it unreadable, so that all of it is read before that shows. */
const healthEventOn = (affectedEntities: readonly object[], startTime = '') =>
  JSON.stringify({
    'detail-type': 'AWS Health Event',
    source: 'aws.health',
    time: '2026-11-20T01:43:21Z',
    detail: {
      service: 'EC2',
      eventTypeCategory: 'scheduledChange',
      eventTypeCode: 'no code',
      affectedEntities,
      startTime,
    },
  })

/** Texts that are slow or deep for a careless parser, as long as one asks for. */
const hostileBodies: Readonly<Record<string, (length: number) => string>> = {
  'nested arrays': (length) => '['.repeat(length),
  'nested objects': (length) => '{"detail":'.repeat(length / 10),
  quotes: (length) => '"'.repeat(length),
  escapes: (length) => `"${'\\'.repeat(length)}`,
  'lines of a key': (length) => 'a:\n'.repeat(length / 3),
  'a line of colons': (length) => ':'.repeat(length),
  'spaces around a key': (length) => `${' '.repeat(length)}Event${' '.repeat(length)}: no`,
  'a key that never ends': (length) => `${'a'.repeat(length)}: x`,
  'an instance id that never ends': (length) =>
    JSON.stringify({
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      EC2InstanceId: `i-${'0'.repeat(length)}`,
    }),
  'a time that never ends': (length) =>
    JSON.stringify({ 'detail-type': '', source: '', time: `2026-11-20T09:15:43.${'9'.repeat(length)}` }),
  'an ARN that never ends': (length) =>
    JSON.stringify({
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      time: '2026-11-20T09:15:43Z',
      detail: {
        containerInstanceArn: `arn:aws${'-a'.repeat(length / 2)}`,
        clusterArn: `arn:aws:ecs:a:111122223333:cluster/${'a-'.repeat(length / 2)}!`,
      },
    }),
  'Health entities that are almost instances': (length) =>
    healthEventOn(Array.from({ length: length / 20 }, () => ({ entityValue: '/i-0123456789abcdeF' }))),
  'slashes in a Health entity': (length) => healthEventOn([{ entityValue: '/i-'.repeat(length / 3) }]),
  'digits in a Health event’s start': (length) => healthEventOn([], `Fri, ${'4'.repeat(length)} Dec 2026`),
  'envelopes in envelopes': (length) => '{"Type":"Notification","Message":"{'.repeat(length / 35),
}

describe('reading a hostile body', () => {
  it.each(Object.entries(hostileBodies))('says the same of %s when there are twice as many', (_, hostile) => {
    const signal = readSignal(hostile(200_000))
    expect(signal.kind).toBe('unreadable')
    expect(readSignal(hostile(400_000))).toEqual(signal)
  })
})
