import { describe, expect, it } from '@jest/globals'
import type {
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { InitialHealthChecks } from '../../../../simulator/aws/load-balancing/health-checks.ts'
import { LoadBalancing } from '../../../../simulator/aws/load-balancing/load-balancing.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'

const spec = {
  deregistrationDelaySeconds: 300,
  healthCheckIntervalSeconds: 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
}

interface Answers {
  readonly DescribeTargetGroups: DescribeTargetGroupsCommandOutput
  readonly DescribeTargetGroupAttributes: DescribeTargetGroupAttributesCommandOutput
  readonly DescribeTargetHealth: DescribeTargetHealthCommandOutput
}

const createGroup = (options: { readonly initialHealthChecks?: InitialHealthChecks } = {}) => {
  const simulation = new Simulation({ seed: 1 })
  const account = { region: 'eu-west-1', accountId: '111122223333' }
  const loadBalancing = new LoadBalancing({ simulation, account, ...options })
  const target = { targetGroupArn: loadBalancing.createTargetGroup('web', spec), id: 'i-a', port: 32_768 }
  const startedAt = simulation.now()
  const changes: [state: string, atSeconds: number][] = []
  loadBalancing.onTargetStateChange(({ state }) =>
    changes.push([state, (simulation.now() - startedAt) / 1_000]),
  )
  const passTo = (seconds: number) => simulation.runUntil(startedAt + seconds * 1_000)
  const call = <Name extends keyof Answers>(operation: Name, input: object): Answers[Name] => {
    const answer = loadBalancing.model.operations[operation]
    if (answer === undefined) throw new Error(`the model has no ${operation}`)
    return answer(input as never) as Answers[Name]
  }
  return { loadBalancing, target, changes, passTo, call }
}

describe('a target', () => {
  it('is healthy after its first passed check', async () => {
    const { loadBalancing, target, changes, passTo } = createGroup()
    loadBalancing.register(target)
    expect(loadBalancing.stateOf(target)).toBe('initial')
    await passTo(60)
    expect(changes).toEqual([['healthy', 10]])
  })

  it('is healthy after as many checks as the threshold says, where that is assumed', async () => {
    const { loadBalancing, target, changes, passTo } = createGroup({
      initialHealthChecks: 'healthy-threshold',
    })
    loadBalancing.register(target)
    await passTo(60)
    expect(changes).toEqual([['healthy', 50]])
  })

  it('is unhealthy after as many failed checks as the threshold says', async () => {
    const { loadBalancing, target, changes, passTo } = createGroup()
    loadBalancing.register(target)
    await passTo(33)
    loadBalancing.fallSilent(target)
    await passTo(100)
    expect(changes).toEqual([
      ['healthy', 10],
      ['unhealthy', 50],
    ])
  })

  it('never becomes healthy when it falls silent first', async () => {
    const { loadBalancing, target, changes, passTo } = createGroup()
    loadBalancing.register(target)
    await passTo(5)
    loadBalancing.fallSilent(target)
    await passTo(100)
    expect(changes).toEqual([['unhealthy', 20]])
  })

  it('is draining for the whole deregistration delay, however idle or silent it is', async () => {
    const { loadBalancing, target, changes, passTo } = createGroup()
    loadBalancing.registerHealthy(target)
    await passTo(7)
    loadBalancing.deregister(target)
    loadBalancing.fallSilent(target)
    loadBalancing.deregister(target)
    await passTo(306)
    expect(loadBalancing.targets(target.targetGroupArn)).toEqual([
      { id: 'i-a', port: 32_768, state: 'draining', answers: false },
    ])
    await passTo(400)
    expect(changes).toEqual([
      ['draining', 7],
      ['unused', 307],
    ])
    expect(loadBalancing.targets(target.targetGroupArn)).toEqual([])
  })
})

describe('the Elastic Load Balancing API', () => {
  it('describes target health with reasons, and unregistered targets when asked for them', () => {
    const { loadBalancing, target, call } = createGroup()
    loadBalancing.registerHealthy(target)
    const other = { Id: 'i-b', Port: 32_769 }
    const TargetGroupArn = target.targetGroupArn
    const all = call('DescribeTargetHealth', { TargetGroupArn })
    expect(all.TargetHealthDescriptions).toEqual([
      { Target: { Id: 'i-a', Port: 32_768 }, HealthCheckPort: '32768', TargetHealth: { State: 'healthy' } },
    ])
    const asked = call('DescribeTargetHealth', {
      TargetGroupArn,
      Targets: [other],
    })
    expect(asked.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    })
  })

  it('gives the deregistration delay as text', () => {
    const { target, call } = createGroup()
    const answer = call('DescribeTargetGroupAttributes', {
      TargetGroupArn: target.targetGroupArn,
    })
    expect(answer.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' })
  })

  it('describes groups by ARN and by name, and knows no others', () => {
    const { target, call } = createGroup()
    const byName = call('DescribeTargetGroups', { Names: ['web'] })
    expect(byName.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([target.targetGroupArn])
    expect(target.targetGroupArn).toMatch(
      /^arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup\/web\/[0-9a-f]{16}$/,
    )
    const unknown = { TargetGroupArn: 'arn:other' }
    expect(() => call('DescribeTargetHealth', unknown)).toThrow(
      expect.objectContaining({ code: 'TargetGroupNotFound' }),
    )
    expect(() => call('DescribeTargetGroups', { PageSize: 5 })).toThrow(/PageSize/)
  })
})
