import { describe, expect, it } from '@jest/globals'

import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import type { World } from '../../simulator/world/world.ts'
import { callsOf, lags, outcomes, play, terminateOne } from './small-cluster.ts'

const DRAIN = 'ebbtide-web-drain'

/** The mapping has taken the first copy by then, so that the second has an invocation of its own. */
const COPY_AFTER_MS = 100

/** So much longer a slowed call takes, there and back: the other invocation reads and writes meanwhile. */
const SLOW_MS = 3_000

/** Sends the first message of the signals queue, which is the hook's, a second time. */
const sendTwice = ({ sqs, simulation }: World): void => {
  const queue = sqs.queueByArn(sqs.arnOf('ebbtide-web-signals'))
  let isCopied = false
  queue.onAvailable(() => {
    const [message] = queue.contents
    if (isCopied || message === undefined) return
    isCopied = true
    simulation.after(COPY_AFTER_MS, () => sqs.send(queue, { body: message.body }))
  })
}

/** Slows the first call of an operation that the drain function makes. */
const slowFirst = ({ setFaults }: World, slowed: string): void => {
  let seen = 0
  setFaults(({ caller, operation }) =>
    caller === DRAIN && operation === slowed && (seen += 1) === 1
      ? { kind: 'slow', extraMs: SLOW_MS }
      : undefined,
  )
}

/** The two invocations that the hook's message and its copy woke, the earlier first. */
const wokenByHook = ({ recording }: Rehearsal) =>
  recording.invocations
    .filter(({ functionName }) => functionName === DRAIN)
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .slice(0, 2)

const expectOverlap = (run: Rehearsal): void => {
  const [first, second] = wokenByHook(run)
  if (first === undefined || second === undefined) throw new Error('there was no second invocation')
  expect(second.startedAt).toBeLessThan(first.endedAt)
  const writes = callsOf(run, 'UpdateContainerInstancesState')
  expect(writes).toHaveLength(2)
  for (const { caller, input, error } of writes)
    expect({ caller, status: input['status'], error: error ?? 'none' }).toEqual({
      caller: DRAIN,
      status: 'DRAINING',
      error: 'none',
    })
  const [early = 0, late = 0] = writes.map(({ at }) => at)
  expect(early).toBeLessThan(second.endedAt)
  expect(late).toBeGreaterThan(second.endedAt)
  expect(late).toBeLessThan(first.endedAt)
}

describe('two invocations that handle copies of one message at the same time', () => {
  it.each([
    ['the first one is slow to set it, and then remembers over the second', 'UpdateContainerInstancesState'],
    ['the first one decides by what it read before the second had written', 'GetTaskProtection'],
  ])('both set DRAINING, and the drain ends as one when %s', async (_, slowed) => {
    const run = await play({ script: [terminateOne(10)] }, (world) => {
      sendTwice(world)
      slowFirst(world, slowed)
    })
    expectOverlap(run)
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.killedTasks).toEqual([])
    expect(run.recording.metric('DrainsCompleted')).toEqual([1])
    expect(Math.max(...lags(run))).toBeLessThanOrEqual(2)
    expect(run.recording.deadLetters).toBe(0)
    expect(run.recording.violations).toEqual([])
  })
})
