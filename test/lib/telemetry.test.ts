import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'

import { Telemetry } from '../../lib/telemetry.ts'
import { factsAt, policyWith } from './decide/facts-of.ts'

const written: string[] = []

beforeEach(() => {
  written.length = 0
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0)
})

afterEach(() => {
  jest.restoreAllMocks()
})

const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>)

describe('telemetry', () => {
  it('writes one metric line for each set of dimensions, with exactly the dimensions of the catalogue', () => {
    const telemetry = new Telemetry('web')
    const group = { AutoScalingGroupName: 'ecs-web-a' }
    telemetry.measure('DrainsStarted', 1, group)
    telemetry.measure('DrainDurationSeconds', 331.5, group)
    telemetry.measure('DrainsCompleted', 1, { ...group, Outcome: 'drained' })
    telemetry.flush()
    expect(lines()).toMatchObject([
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: 'Ebbtide',
              Dimensions: [['ClusterName', 'AutoScalingGroupName']],
              Metrics: [
                { Name: 'DrainsStarted', Unit: 'Count' },
                { Name: 'DrainDurationSeconds', Unit: 'Seconds' },
              ],
            },
          ],
        },
        ClusterName: 'web',
        AutoScalingGroupName: 'ecs-web-a',
        DrainsStarted: 1,
        DrainDurationSeconds: 331.5,
      },
      {
        _aws: { CloudWatchMetrics: [{ Dimensions: [['ClusterName', 'AutoScalingGroupName', 'Outcome']] }] },
        Outcome: 'drained',
        DrainsCompleted: 1,
      },
    ])
  })

  it('writes nothing twice, and nothing where nothing was measured', () => {
    const telemetry = new Telemetry('web')
    telemetry.flush()
    telemetry.measure('SignalsReceived', 1, { Kind: 'look-again' })
    telemetry.flush()
    telemetry.flush()
    expect(lines()).toHaveLength(1)
  })

  it('writes a decision with all that is needed to decide it again', () => {
    const facts = factsAt(1)
    const policy = policyWith()
    const decision = { verdict: 'ignore', because: 'hook-missing', actions: [] } as const
    new Telemetry('web').decided({ facts, policy, decision, results: [] })
    expect(lines()).toMatchObject([
      {
        message: 'Decided on an instance',
        level: 'INFO',
        cluster: 'web',
        verdict: 'ignore',
        facts,
        policy,
        decision,
      },
    ])
  })

  it('writes what failed with the decision that it failed', () => {
    const decision = { verdict: 'ignore', because: 'hook-missing', actions: [] } as const
    const policy = policyWith({ onDeadline: 'continue' })
    new Telemetry('web').decided({
      facts: factsAt(1),
      policy,
      decision,
      results: [],
      error: new Error('no luck'),
    })
    expect(lines()).toMatchObject([{ level: 'ERROR', error: { message: 'no luck' } }])
  })
})
