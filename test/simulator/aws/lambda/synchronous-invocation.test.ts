import { describe, expect, it } from '@jest/globals'
import type { FunctionSpec, LambdaEnvironment } from '../../../../simulator/aws/lambda/function-spec.ts'
import { COLD_START_MS } from '../../../../simulator/aws/lambda/lambda-function.ts'
import { Lambda } from '../../../../simulator/aws/lambda/lambda.ts'
import type { SynchronousOutcome } from '../../../../simulator/aws/lambda/synchronous-invocation.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }
const principal =
  'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'

type Code = (environment: LambdaEnvironment) => Promise<unknown>

const setUp = (code: Code, changes: Partial<FunctionSpec> = {}) => {
  const simulation = new Simulation({ seed: 1, startsAt: 0 })
  const lambda = new Lambda({ simulation, account })
  const spec: FunctionSpec = {
    name: 'choose-victims',
    timeoutSeconds: 10,
    memoryMb: 512,
    variables: {},
    permissions: [{ principal }],
    createHandler: (environment) => () => code(environment),
    ...changes,
  }
  const { arn } = lambda.createFunction(spec)
  const outcomes: { outcome: SynchronousOutcome; afterMs: number }[] = []
  const invoke = (invoker = { principal }, timeLimitMs = 2_000) => {
    const startedAt = simulation.now()
    lambda.invoke({ functionArn: arn, invoker, payload: '{}', timeLimitMs }, (outcome) =>
      outcomes.push({ outcome, afterMs: simulation.now() - startedAt }),
    )
  }
  const pass = (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1000)
  return { lambda, arn, outcomes, invoke, pass }
}

const answers: Code = () => Promise.resolve({ InstanceIDs: [] })

describe('a caller that waits for its answer', () => {
  it('gets it when the function ends', async () => {
    const { invoke, pass, outcomes } = setUp(answers)
    invoke()
    await pass(1)
    expect(outcomes[0]?.outcome).toEqual({ kind: 'succeeded', response: '{"InstanceIDs":[]}' })
    expect(outcomes[0]?.afterMs).toBeGreaterThanOrEqual(COLD_START_MS.least)
  })

  it('gives up at its own time limit, cold start included, while the function runs on', async () => {
    let ended = false
    const { invoke, pass, outcomes } = setUp(async ({ caller }) => {
      await caller.wait(5_000)
      ended = true
    })
    invoke()
    await pass(10)
    expect(outcomes).toEqual([{ outcome: { kind: 'gave-up-waiting' }, afterMs: 2_000 }])
    expect(ended).toBe(true)
  })

  it('is not tried again after an error', async () => {
    let calls = 0
    const { invoke, pass, outcomes } = setUp(() => Promise.reject(new Error(`call ${(calls += 1)}`)))
    invoke()
    await pass(600)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([{ kind: 'failed', error: new Error('call 1') }])
  })

  it.each([
    ['nobody is let in', { permissions: [] }],
    ['somebody else is let in', { permissions: [{ principal: 'events.amazonaws.com' }] }],
    ['it is let in for another source', { permissions: [{ principal, sourceArn: 'arn:aws:other' }] }],
  ])("is refused by the function's policy where %s", async (_case, changes) => {
    const { invoke, pass, outcomes } = setUp(answers, changes)
    invoke()
    await pass(5)
    expect(outcomes).toMatchObject([
      { outcome: { kind: 'refused', error: { code: 'AccessDeniedException' } } },
    ])
  })

  it('is told that a deleted function does not exist', async () => {
    const { invoke, pass, outcomes, lambda, arn } = setUp(answers)
    lambda.deleteFunction(arn)
    invoke()
    await pass(5)
    expect(outcomes).toMatchObject([
      { outcome: { kind: 'refused', error: { code: 'ResourceNotFoundException' } } },
    ])
  })
})
