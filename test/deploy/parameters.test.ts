import { describe, expect, it } from '@jest/globals'
import { checkParameters, unknownParameterProblems } from '../../deploy/parameters.ts'

const usable = {
  cluster: 'web',
  groups: 'ecs-web-a, ecs-web-b',
  hookDelivery: 'eventbridge',
  drainTimeout: 3600,
  onDeadline: 'stop-tasks',
  heartbeatTimeout: 1800,
  logRetentionDays: 30,
  logLevel: 'INFO',
}

const problemsOf = (change: Readonly<Record<string, unknown>>) => {
  const checked = checkParameters({ ...usable, ...change })
  return checked.kind === 'refused' ? checked.problems : []
}

const HEAD = 'a'.repeat(251)

describe('the parameters of a deployment', () => {
  it('come as text from the command line or as YAML values', () => {
    expect(checkParameters({ ...usable, drainTimeout: '900', logRetentionDays: '7' })).toEqual({
      kind: 'usable',
      parameters: {
        ...usable,
        groups: ['ecs-web-a', 'ecs-web-b'],
        drainTimeout: 900,
        logRetentionDays: 7,
      },
    })
  })

  it.each([
    [
      'no cluster',
      { cluster: '' },
      'The parameter "cluster" is missing: set --param cluster=<name of the ECS cluster>.',
    ],
    [
      'a cluster by its ARN',
      { cluster: 'arn:aws:ecs:eu-west-1:111122223333:cluster/web' },
      'The parameter "cluster" may hold letters, digits, hyphens and underscores only: set --param cluster=<name of the ECS cluster>.',
    ],
    [
      'no groups',
      { groups: '' },
      'The parameter "groups" is missing: set --param groups=<its Auto Scaling groups, separated by commas>.',
    ],
    [
      'an empty item in the groups',
      { groups: 'ecs-web-a,,ecs-web-b' },
      'The parameter "groups" is empty: set --param groups=<its Auto Scaling groups, separated by commas>.',
    ],
    [
      'the same group twice',
      { groups: 'ecs-web-a,ecs-web-a' },
      'The parameter "groups" names a group twice: set --param groups=<its Auto Scaling groups, separated by commas>.',
    ],
    [
      'a group that IAM would read as every group',
      { groups: '*' },
      'The parameter "groups" may not hold "*", "?" or "$": set --param groups=<its Auto Scaling groups, separated by commas>.',
    ],
    [
      'more groups than fit into an EventBridge rule',
      { groups: ['1', '2', '3', '4', '5', '6'].map((digit) => HEAD + digit).join(',') },
      'The parameter "groups" is longer than the 1500 characters that fit into one EventBridge rule: set --param groups=<its Auto Scaling groups, separated by commas>.',
    ],
    [
      'an unknown hook delivery',
      { hookDelivery: 'sns' },
      'The parameter "hookDelivery" must be one of eventbridge, sqs: set --param hookDelivery=eventbridge.',
    ],
    [
      'a drain timeout in words',
      { drainTimeout: '1h' },
      'The parameter "drainTimeout" is not a whole number of seconds: set --param drainTimeout=3600.',
    ],
    [
      "a drain timeout beyond the hook's global cap",
      { drainTimeout: '20000', heartbeatTimeout: '180' },
      'The parameter "drainTimeout" is 20000 seconds, but Auto Scaling ends a hook with a heartbeatTimeout of 180 seconds after 18000: set --param drainTimeout=17940 or less, or a longer heartbeatTimeout.',
    ],
    [
      'a heartbeat that resync could miss',
      { heartbeatTimeout: '179' },
      'The parameter "heartbeatTimeout" must be between 180 and 7200 seconds: set --param heartbeatTimeout=1800.',
    ],
    [
      'an unknown deadline policy',
      { onDeadline: 'retain' },
      'The parameter "onDeadline" must be one of stop-tasks, continue: set --param onDeadline=stop-tasks.',
    ],
    [
      'a retention that CloudWatch Logs does not have',
      { logRetentionDays: '31' },
      'The parameter "logRetentionDays" must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653: set --param logRetentionDays=30.',
    ],
    [
      'a log level that would drop decisions and metrics',
      { logLevel: 'WARN' },
      'The parameter "logLevel" must be one of INFO, DEBUG: set --param logLevel=INFO.',
    ],
  ])('are refused with one sentence for %s', (_, change, sentence) => {
    expect(problemsOf(change)).toEqual([sentence])
  })

  it('may use the whole of the global cap but its last minute', () => {
    expect(problemsOf({ drainTimeout: '17940', heartbeatTimeout: '180' })).toEqual([])
    expect(problemsOf({ drainTimeout: '17941', heartbeatTimeout: '180' })).toHaveLength(1)
    expect(problemsOf({ drainTimeout: '172740' })).toEqual([])
    expect(problemsOf({ drainTimeout: '172741' })).toHaveLength(1)
  })

  it('are all checked at once', () => {
    expect(problemsOf({ cluster: '', groups: '', logLevel: '' })).toHaveLength(3)
  })

  it('that do not exist are refused with the nearest name', () => {
    expect(unknownParameterProblems(['cluster=web', 'drainTimout=900', 'Groups=a=b'])).toEqual([
      'There is no parameter "drainTimout": use "drainTimeout" or leave it out.',
      'There is no parameter "Groups": use "groups" or leave it out.',
    ])
  })
})
