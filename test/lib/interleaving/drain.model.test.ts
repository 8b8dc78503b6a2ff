import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'

import { at } from '../decide/facts-of.ts'
import { ConcurrentFunctions } from './concurrent-functions.ts'
import { DEADLINE, LeavingInstance } from './leaving-instance.ts'

beforeEach(() => {
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation(() => true)
})

afterEach(() => {
  jest.restoreAllMocks()
})

interface Real {
  readonly world: LeavingInstance
  readonly functions: ConcurrentFunctions
  readonly fate: Fate
}

/** What ends a drain from outside. Most stories have none, so that Ebbtide has to end it. */
type Fate = 'none' | 'the machine dies' | 'somebody completes the hook'

const strike = ({ world, fate }: Real): void => {
  if (fate === 'the machine dies') world.die()
  if (fate === 'somebody completes the hook') world.completeByHand()
}

/** What bounds a story: time that may pass and processes that may die. */
interface Model {
  secondsLeft: number
  killsLeft: number
}

type Step = fc.AsyncCommand<Model, Real>

/** An invocation is not waited for: the next step may come while it stands between any two of its calls. */
const step = (label: string, run: (real: Real) => unknown): Step => ({
  check: () => true,
  run: async (_, real) => {
    run(real)
  },
  toString: () => label,
})

const passing = (seconds: number): Step => ({
  check: ({ secondsLeft }) => seconds <= secondsLeft,
  run: async (model, { world }) => {
    model.secondsLeft -= seconds
    world.pass(seconds)
  },
  toString: () => `${seconds} s pass`,
})

/** So many calls take effect or are answered, of whichever invocations the scheduler chooses. */
const dealing = (turns: number): Step => ({
  check: () => true,
  run: (_, { functions }) => functions.deal(turns),
  toString: () => `${turns} calls move on`,
})

/** Makes longer stories of a few steps: a drain that has begun, and what comes then. */
const finishing: Step = {
  check: () => true,
  run: (_, { functions }) => functions.finish(),
  toString: () => 'every invocation comes to its end',
}

const killing: Step = {
  check: ({ killsLeft }) => killsLeft > 0,
  run: async (model, { functions }) => {
    model.killsLeft -= 1
    functions.killOldest()
  },
  toString: () => 'the oldest invocation is killed',
}

const steps = fc.commands<Model, Real, false>(
  [
    fc.constant(step('the message of the hook arrives', ({ functions }) => functions.deliverHookMessage())),
    fc.constant(step('a look-again message arrives', ({ functions }) => functions.deliverLookAgain())),
    fc.constant(step('resync comes', ({ functions }) => functions.resync())),
    fc.constant(step('ECS stops a task', ({ world }) => world.moveTask())),
    fc.constant(step('ECS places a task', ({ world }) => world.placeTask())),
    fc.constant(step('fate strikes', strike)),
    fc
      .constantFrom('before' as const, 'after' as const)
      .map((when) =>
        step(`the next call fails ${when} its effect`, ({ functions }) => functions.failNextCall(when)),
      ),
    fc.constantFrom(1, 4, 5, 60, 300).map(passing),
    fc.integer({ min: 1, max: 12 }).map(dealing),
    fc.constant(finishing),
    fc.constant(killing),
  ],
  { maxCommands: 30 },
)

type Ecs = 'moves tasks' | 'is stuck'

/**
 * Faults are over: resync comes each minute and messages arrive when they are due, until the hook has ended. Where ECS is
 * stuck, only what Ebbtide stops at the end ever leaves.
 */
const heal = async ({ world, functions }: Real, ecs: Ecs): Promise<void> => {
  functions.heal()
  const latest = Math.max(world.now, DEADLINE) + 2 * RESYNC_MS
  let looks = 0
  for (let nextResync = world.now; world.hook === 'waiting' && world.now <= latest;) {
    if ((looks += 1) > MOST_LOOKS) throw new Error(`looked ${looks} times without an end`)
    if (ecs === 'moves tasks') world.moveTask()
    if (world.now >= nextResync) {
      await functions.resync()
      nextResync += RESYNC_MS
    }
    await functions.deliverLookAgain()
    world.placeTask()
    const due = Math.min(nextResync, ...world.lookAgains.map(({ dueAt }) => dueAt))
    world.pass(Math.max(0, due - world.now) / 1_000)
  }
}

const RESYNC_MS = 60_000

/** An hour of resyncs, and a few look-again messages after each. */
const MOST_LOOKS = 500

/** The last minutes before the deadline are left to a world that has healed. */
const STORY_SECONDS = 3_000

describe('one drain, and any number of invocations that see to it at once', () => {
  const ecs = fc.constantFrom<Ecs>('moves tasks', 'is stuck')
  const taskCounts = fc.nat({ max: 3 })
  const fates = fc.constantFrom<Fate>(
    'none',
    'none',
    'none',
    'the machine dies',
    'somebody completes the hook',
  )

  it('ends once and in time, and every task has stopped by then, whatever happened on the way', async () => {
    const drains = fc.asyncProperty(
      fc.scheduler(),
      steps,
      taskCounts,
      ecs,
      fates,
      async (scheduler, story, taskCount, ecs, fate) => {
        const world = new LeavingInstance(taskCount)
        const functions = new ConcurrentFunctions(world, scheduler)
        const real: Real = { world, functions, fate }
        await fc.asyncModelRun(() => ({ model: { secondsLeft: STORY_SECONDS, killsLeft: 3 }, real }), story)
        await functions.finish()
        const beforeHealing = world.hook
        await heal(real, ecs)
        functions.close()
        expect([...world.offences, ...functions.unexpected]).toEqual([])
        expect(world.hook).toBe(beforeHealing === 'waiting' ? 'completed' : beforeHealing)
      },
    )
    await fc.assert(drains, { numRuns: 150, seed: 1, endOnFailure: true })
  })

  it('ends within minutes when nothing goes wrong', async () => {
    const drains = fc.asyncProperty(fc.scheduler(), taskCounts, async (scheduler, taskCount) => {
      const world = new LeavingInstance(taskCount)
      const functions = new ConcurrentFunctions(world, scheduler)
      await scheduler.waitFor(Promise.all([functions.deliverHookMessage(), functions.resync()]))
      await heal({ world, functions, fate: 'none' }, 'moves tasks')
      functions.close()
      expect([world.hook, world.unstopped, world.offences]).toEqual(['completed', [], []])
      expect(world.now).toBeLessThan(at(300))
    })
    await fc.assert(drains, { numRuns: 50, seed: 2 })
  })
})
