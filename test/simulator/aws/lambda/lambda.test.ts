import { describe, expect, it } from '@jest/globals'
import type { Context } from 'aws-lambda'
import type { FunctionSpec, LambdaEnvironment } from '../../../../simulator/aws/lambda/function-spec.ts'
import type { InvocationRecord, InvocationResult } from '../../../../simulator/aws/lambda/invocation.ts'
import { COLD_START_MS, IDLE_ENVIRONMENT_KEPT_MS } from '../../../../simulator/aws/lambda/lambda-function.ts'
import { Lambda } from '../../../../simulator/aws/lambda/lambda.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

type Code = (environment: LambdaEnvironment, event: unknown, context: Context) => Promise<unknown>

const setUp = (code: Code, changes: Partial<FunctionSpec> = {}) => {
  const simulation = new Simulation({ seed: 1, startsAt: 0 })
  const lambda = new Lambda({ simulation, account })
  const records: InvocationRecord[] = []
  lambda.onInvocation((record) => records.push(record))
  let loads = 0
  const { arn } = lambda.createFunction({
    name: 'resync',
    timeoutSeconds: 10,
    memoryMb: 512,
    variables: { CLUSTER: 'web' },
    createHandler: (environment) => {
      loads += 1
      return (event: unknown, context: Context) => code(environment, event, context)
    },
    ...changes,
  })
  const results: InvocationResult[] = []
  const invoke = (event: unknown = {}) =>
    lambda.functionByArn(arn).invoke(JSON.stringify(event), (result) => results.push(result))
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  return { simulation, lambda, arn, records, results, invoke, pass, loads: () => loads }
}

const waits =
  (delayMs: number): Code =>
  async ({ caller }) => {
    await caller.wait(delayMs)
    return 'done'
  }

describe('an invocation', () => {
  it('gives the handler its event and the environment of its function, and takes its answer', async () => {
    const seen: unknown[] = []
    const { invoke, results, pass } = setUp(async ({ functionName, variables, now }, event) => {
      seen.push([functionName, variables, event])
      return await Promise.resolve({ answeredAt: now() > 0 })
    })
    invoke({ instances: ['i-1'] })
    await pass(1)
    expect(seen).toEqual([['resync', { CLUSTER: 'web' }, { instances: ['i-1'] }]])
    expect(results).toEqual([{ kind: 'succeeded', response: '{"answeredAt":true}' }])
  })

  it('starts cold in a new environment and warm in an idle one; both are billed to the millisecond', async () => {
    const { invoke, records, pass, loads } = setUp(waits(100))
    invoke()
    await pass(1)
    invoke()
    await pass(1)
    const [cold, warm] = records
    expect(loads()).toBe(1)
    expect(cold).toMatchObject({ isColdStart: true, memoryMb: 512, functionName: 'resync' })
    expect(cold?.billedMs).toBeGreaterThanOrEqual(100 + COLD_START_MS.least)
    expect(cold?.billedMs).toBeLessThanOrEqual(100 + COLD_START_MS.most)
    expect(warm).toMatchObject({ isColdStart: false, billedMs: 100, startedAt: 1_000, endedAt: 1_100 })
    expect(warm?.awsRequestId).not.toBe(cold?.awsRequestId)
  })

  it('gets an environment of its own while the others are busy', async () => {
    const { invoke, records, pass, loads } = setUp(waits(5_000))
    invoke()
    invoke()
    await pass(8)
    invoke()
    await pass(8)
    expect([records.length, loads()]).toEqual([3, 2])
  })

  it('starts cold again when its environment was idle for too long', async () => {
    const { invoke, pass, loads } = setUp(waits(100))
    invoke()
    await pass(1 + IDLE_ENVIRONMENT_KEPT_MS / 1000)
    invoke()
    await pass(1)
    expect(loads()).toBe(2)
  })

  it('is billed for one millisecond at least', async () => {
    const { invoke, records, pass } = setUp(() => Promise.resolve())
    invoke()
    await pass(1)
    invoke()
    await pass(1)
    expect(records[1]).toMatchObject({ billedMs: 1, result: { kind: 'succeeded', response: 'null' } })
  })

  it('knows how much of its time is left', async () => {
    const remaining: number[] = []
    const { invoke, pass } = setUp(async ({ caller }, _event, context) => {
      remaining.push(context.getRemainingTimeInMillis())
      await caller.wait(4_000)
      remaining.push(context.getRemainingTimeInMillis())
    })
    invoke()
    await pass(8)
    expect(remaining).toEqual([10_000, 6_000])
  })

  it('is told who it is', async () => {
    let context: Partial<Context> = {}
    const { invoke, pass, arn, records } = setUp(async (_environment, _event, given) => {
      context = await Promise.resolve(given)
    })
    invoke()
    await pass(1)
    expect(context).toMatchObject({
      functionName: 'resync',
      invokedFunctionArn: arn,
      memoryLimitInMB: '512',
      awsRequestId: records[0]?.awsRequestId,
    })
  })
})

describe('an invocation that does not end well', () => {
  it('fails when its handler throws, and its environment is used again', async () => {
    const { invoke, results, pass, loads } = setUp(() => Promise.reject(new Error('broken')))
    invoke()
    await pass(1)
    invoke()
    await pass(1)
    expect(results).toMatchObject([{ kind: 'failed', error: { message: 'broken' } }, { kind: 'failed' }])
    expect(loads()).toBe(1)
  })

  it('is killed in place at its time limit, and its environment is thrown away', async () => {
    let wentOn = false
    const { invoke, results, records, pass, loads } = setUp(async ({ caller }) => {
      await caller.wait(10_001)
      wentOn = true
    })
    invoke()
    await pass(20)
    invoke()
    await pass(20)
    expect(results).toEqual([{ kind: 'timed-out' }, { kind: 'timed-out' }])
    expect([wentOn, loads()]).toEqual([false, 2])
    expect(records[0]).toMatchObject({ isColdStart: true })
    expect((records[0]?.endedAt ?? 0) - (records[0]?.startedAt ?? 0)).toBe(10_000)
  })

  it('is not killed when it ends within its time limit', async () => {
    const { invoke, results, pass } = setUp(waits(9_999))
    invoke()
    await pass(20)
    expect(results).toEqual([{ kind: 'succeeded', response: '"done"' }])
  })

  it.each([1, 2, 3])(
    'dies at wait %i when the crash rule says so, and its environment with it',
    async (crashAt) => {
      const reached: number[] = []
      const { lambda, invoke, results, pass, loads } = setUp(async ({ caller }) => {
        for (let wait = 1; wait <= 3; wait += 1) {
          reached.push(wait)
          await caller.wait(100)
        }
      })
      lambda.crashAt(({ functionName, waitNumber }) => functionName === 'resync' && waitNumber === crashAt)
      invoke()
      await pass(2)
      expect(results).toEqual([{ kind: 'crashed' }])
      expect(reached).toEqual([1, 2, 3].slice(0, crashAt))
      lambda.crashAt()
      invoke()
      await pass(2)
      expect([results[1]?.kind, loads()]).toEqual(['succeeded', 2])
    },
  )

  it('ends once, although code of the crashed process still comes to its end', async () => {
    const { lambda, invoke, results, records, pass } = setUp(async ({ caller }) => {
      void caller.wait(100)
      await Promise.resolve()
    })
    lambda.crashAt(() => true)
    invoke()
    await pass(2)
    expect(results).toEqual([{ kind: 'crashed' }])
    expect(records).toHaveLength(1)
  })

  it('fails when its code cannot be loaded', async () => {
    const createHandler = () => {
      throw new Error('no settings')
    }
    const { invoke, results, records, pass } = setUp(waits(1), { createHandler })
    invoke()
    await pass(2)
    expect(results).toMatchObject([{ kind: 'failed', error: { message: 'no settings' } }])
    expect(records).toHaveLength(1)
  })

  it('fails when it answers with something that is no JSON', async () => {
    const { invoke, results, pass } = setUp(() => Promise.resolve(1n))
    invoke()
    await pass(2)
    expect(results).toMatchObject([{ kind: 'failed' }])
  })
})

describe('an asynchronous invocation', () => {
  const failsUntil = (attempt: number) => {
    const startedAt: number[] = []
    const code: Code = async ({ now }) => {
      startedAt.push(now())
      if (startedAt.length < attempt) await Promise.reject(new Error('broken'))
    }
    return { code, startedAt }
  }
  const wholeMinutes = (times: readonly number[]) => times.map((time) => Math.floor(time / 60_000))

  it('is tried again after one minute and after two more', async () => {
    const { code, startedAt } = failsUntil(3)
    const { lambda, arn, pass } = setUp(code)
    lambda.invokeAsync(arn, '{}')
    await pass(1_000)
    expect(wholeMinutes(startedAt)).toEqual([0, 1, 3])
  })

  it('is given up after its second retry', async () => {
    const { code, startedAt } = failsUntil(99)
    const { lambda, arn, pass } = setUp(code)
    const dropped: string[] = []
    lambda.onDroppedEvent((name, payload) => dropped.push(`${name} ${payload}`))
    lambda.invokeAsync(arn, '{"n":1}')
    await pass(1_000)
    expect([startedAt.length, dropped]).toEqual([3, ['resync {"n":1}']])
  })

  it.each([
    [{ maximumRetryAttempts: 0 }, [0]],
    [{ maximumRetryAttempts: 1 }, [0, 1]],
    [{ maximumEventAgeSeconds: 90 }, [0, 1]],
  ])('is tried only as often as %j allows', async (limits, minutes) => {
    const { code, startedAt } = failsUntil(99)
    const { lambda, arn, pass } = setUp(code, limits)
    lambda.invokeAsync(arn, '{}')
    await pass(1_000)
    expect(wholeMinutes(startedAt)).toEqual(minutes)
  })
})

it('refuses a function that is not there, and one that is there already', () => {
  const { lambda } = setUp(waits(1))
  const again = {
    name: 'resync',
    timeoutSeconds: 1,
    memoryMb: 128,
    variables: {},
    createHandler: () => () => Promise.resolve(),
  }
  expect(() => lambda.invokeAsync(lambda.arnOf('none'), '{}')).toThrow('there is no function')
  expect(() => lambda.createFunction(again)).toThrow('exists already')
})
