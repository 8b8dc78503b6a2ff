import { describe, expect, it } from '@jest/globals'
import { checkParameters, unknownParameterProblems } from '../../deploy/parameters.ts'

const usable = {
  cluster: 'web',
  groups: 'ecs-web-a, ecs-web-b',
  hookDelivery: 'eventbridge',
  drainTimeout: 3600,
  onDeadline: 'stop-tasks',
  standaloneTasks: 'wait',
  protectedTasks: 'honour',
  drainReserve: 900,
  spot: 'drain',
  rebalance: 'off',
  health: 'replace',
  launchHook: 'off',
  launchTimeout: 600,
  notificationTopicArn: '',
  dryRun: false,
  scale: 'advise',
  headroom: 10,
  scaleOutStep: 10,
  scaleInCooldown: 300,
  scaleInBudget: 10,
  chooseVictims: 'off',
  scalingPolicies: 'off',
  reservationTarget: 100,
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
    const text = { drainTimeout: '900', drainReserve: '60', dryRun: 'true', logRetentionDays: '7' }
    expect(checkParameters({ ...usable, ...text })).toEqual({
      kind: 'usable',
      parameters: {
        ...usable,
        groups: ['ecs-web-a', 'ecs-web-b'],
        drainTimeout: 900,
        drainReserve: 60,
        dryRun: true,
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
      { onDeadline: 'panic' },
      'The parameter "onDeadline" must be one of stop-tasks, continue, retain: set --param onDeadline=stop-tasks.',
    ],
    [
      'standalone tasks that are to be stopped at no time',
      { standaloneTasks: 'stop-after' },
      'The parameter "standaloneTasks" must be wait, ignore or stop-after:<seconds>: set --param standaloneTasks=wait.',
    ],
    [
      'an unknown policy for protected tasks',
      { protectedTasks: 'honor' },
      'The parameter "protectedTasks" must be one of honour, ignore: set --param protectedTasks=honour.',
    ],
    [
      'a drain reserve below nothing',
      { drainReserve: '-1' },
      'The parameter "drainReserve" is not a whole number of seconds: set --param drainReserve=900.',
    ],
    [
      'an unknown Spot policy',
      { spot: 'replace' },
      'The parameter "spot" must be one of drain, off: set --param spot=drain.',
    ],
    [
      'an unknown rebalance policy',
      { rebalance: 'drain' },
      'The parameter "rebalance" must be one of off, replace: set --param rebalance=off.',
    ],
    [
      'an unknown health policy',
      { health: 'on' },
      'The parameter "health" must be one of replace, off: set --param health=replace.',
    ],
    [
      'a launch hook that is neither on nor off',
      { launchHook: 'yes' },
      'The parameter "launchHook" must be one of on, off: set --param launchHook=off.',
    ],
    [
      'a launch timeout in which nothing can start',
      { launchTimeout: '5' },
      'The parameter "launchTimeout" must be between 60 and 172800 seconds: set --param launchTimeout=600.',
    ],
    [
      "a launch timeout beyond the hook's global cap",
      { launchHook: 'on', launchTimeout: '17941', heartbeatTimeout: '180' },
      'The parameter "launchTimeout" is 17941 seconds, but Auto Scaling ends a hook with a heartbeatTimeout of 180 seconds after 18000: set --param launchTimeout=17940 or less, or a longer heartbeatTimeout.',
    ],
    [
      'a FIFO topic',
      { notificationTopicArn: 'arn:aws:sns:eu-west-1:111122223333:drains.fifo' },
      'The parameter "notificationTopicArn" is not the ARN of a standard SNS topic: set --param notificationTopicArn=<ARN of a standard SNS topic>.',
    ],
    [
      'a dry run that is neither true nor false',
      { dryRun: 'maybe' },
      'The parameter "dryRun" must be one of false, true: set --param dryRun=false.',
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

  it('do not hold a launch timeout against a stack without a launch hook', () => {
    expect(problemsOf({ launchTimeout: '17941', heartbeatTimeout: '180' })).toEqual([])
  })

  it.each([
    { onDeadline: 'retain' },
    { standaloneTasks: 'ignore' },
    { standaloneTasks: 'stop-after:0' },
    { standaloneTasks: 'stop-after:600' },
    { protectedTasks: 'ignore' },
    { drainReserve: 0 },
    { spot: 'off', rebalance: 'replace', health: 'off', launchHook: 'on' },
    { notificationTopicArn: 'arn:aws-cn:sns:cn-north-1:111122223333:drains' },
  ])('may be %j', (change) => {
    expect(problemsOf(change)).toEqual([])
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
