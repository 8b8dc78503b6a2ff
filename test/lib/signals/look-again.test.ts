import { describe, expect, it } from '@jest/globals'

import { writeLookAgain } from '../../../lib/signals/look-again.ts'
import { readSignal } from '../../../lib/signals/read-signal.ts'
import { HOP_LIMIT } from '../../../lib/signals/signal.ts'
import { exampleBody, exampleFields } from './example-events.ts'

const signal = {
  instanceId: 'i-0123456789abcdef0',
  autoScalingGroupName: 'ecs-web-a',
  hop: 1,
  occurredAt: Date.UTC(2026, 10, 20, 9, 15, 43, 904),
}

describe('a look-again message', () => {
  it.each(Array.from({ length: HOP_LIMIT }, (_, before) => before + 1))(
    'is read back as it was written at hop %i',
    (hop) => {
      expect(readSignal(writeLookAgain({ ...signal, hop }))).toEqual({ kind: 'look-again', ...signal, hop })
    },
  )

  it.each(['spot', 'capacity'] as const)('tells on a notice of %s', (kind) => {
    const notice = { kind, at: Date.UTC(2026, 10, 20, 9, 15, 38) }
    const written = writeLookAgain({ ...signal, notice })
    expect(readSignal(written)).toEqual({ kind: 'look-again', ...signal, notice })
  })

  it('is written as the example in events/ shows', () => {
    expect(JSON.parse(writeLookAgain(signal))).toEqual(JSON.parse(exampleBody('look-again')))
  })

  it('writes nothing but its own fields, so no token can travel along', () => {
    const action = { ...signal, LifecycleActionToken: 'secret' }
    expect(writeLookAgain(action)).toBe(writeLookAgain(signal))
  })

  it.each([
    [{ hop: 0 }, 'writing a look-again message whose hop is not between 1 and 3'],
    [{ hop: HOP_LIMIT + 1 }, 'writing a look-again message whose hop is not between 1 and 3'],
    [
      { occurredAt: 0.5 },
      'writing a look-again message whose occurredAt is not a whole number of milliseconds',
    ],
    [{ instanceId: '' }, 'writing a look-again message whose instanceId is not an EC2 instance id'],
  ])('is refused to a caller who gets it wrong: %j', (wrong, message) => {
    expect(() => writeLookAgain({ ...signal, ...wrong })).toThrow(new Error(message))
  })

  it.each([
    ['hop', undefined, 'without hop'],
    ['hop', 0, 'whose hop is not between 1 and 3'],
    ['hop', HOP_LIMIT + 1, 'whose hop is not between 1 and 3'],
    ['hop', 1.5, 'whose hop is not a whole number'],
    ['hop', '1', 'whose hop is not a whole number'],
    ['version', 2, 'whose version is not 1'],
    ['version', undefined, 'without version'],
    ['ebbtide', 'look-away', 'whose ebbtide is not "look-again"'],
    ['instanceId', undefined, 'without instanceId'],
    [
      'autoScalingGroupName',
      '',
      'whose autoScalingGroupName is not an Auto Scaling group name of at most 255 characters',
    ],
    ['occurredAt', -1, 'whose occurredAt is before 1970'],
    ['occurredAt', 8.64e15 + 1, 'whose occurredAt is too far ahead'],
    ['notice', { kind: 'health', at: 0 }, 'whose notice does not name spot or capacity and a time'],
    ['notice', { kind: 'spot' }, 'whose notice does not name spot or capacity and a time'],
    ['notice', 'spot', 'whose notice does not name spot or capacity and a time'],
    ['occurredAt', '2026-11-20T09:15:43Z', 'whose occurredAt is not a whole number of milliseconds'],
  ])('is unreadable with its %s being %j', (field, value, problem) => {
    const body = JSON.stringify({ ...exampleFields('look-again'), [field]: value })
    expect(readSignal(body)).toEqual({ kind: 'unreadable', reason: `a look-again message ${problem}` })
  })
})
