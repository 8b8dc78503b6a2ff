import { describe, expect, it } from '@jest/globals'

import { SettingsError } from '../../lib/read-variables.ts'
import { MAX_HOOK_WAIT_SECONDS, policyForTags, readSettings } from '../../lib/settings.ts'
import { policyWith } from './decide/facts-of.ts'
import { environment } from './settings-environment.ts'

type Variable = keyof typeof environment

const parameters: Readonly<Record<Variable, string>> = {
  EBBTIDE_CLUSTER: 'cluster',
  EBBTIDE_GROUPS: 'groups',
  EBBTIDE_HOOK_NAME: 'cluster',
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: 'drainTimeout',
  EBBTIDE_ON_DEADLINE: 'onDeadline',
  EBBTIDE_STANDALONE_TASKS: 'standaloneTasks',
  EBBTIDE_PROTECTED_TASKS: 'protectedTasks',
  EBBTIDE_DRAIN_RESERVE_SECONDS: 'drainReserve',
  EBBTIDE_SPOT: 'spot',
  EBBTIDE_REBALANCE: 'rebalance',
  EBBTIDE_HEALTH: 'health',
  EBBTIDE_LAUNCH_TIMEOUT_SECONDS: 'launchTimeout',
  EBBTIDE_HEARTBEAT_TIMEOUT_SECONDS: 'heartbeatTimeout',
  EBBTIDE_DRY_RUN: 'dryRun',
  EBBTIDE_SIGNALS_QUEUE_URL: 'cluster',
  EBBTIDE_WAKES_QUEUE_URL: 'cluster',
}

const variables = Object.keys(environment) as Variable[]

const sentence = (variable: Variable, problem: string) =>
  `${variable} ${problem}: set the stack parameter "${parameters[variable]}" and deploy again.`

/** What reading an environment complains about; nothing when it does not. */
const complaintAbout = (changed: Readonly<Record<string, string | undefined>>): string => {
  try {
    readSettings({ ...environment, ...changed })
    return ''
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
}

describe('the settings of a function', () => {
  it('are read from its environment', () => {
    expect(readSettings(environment)).toStrictEqual({
      cluster: 'web',
      groups: ['ecs-web-a', 'ecs-web-b'],
      hookName: 'ebbtide-web',
      launchTimeoutSeconds: 600,
      heartbeatTimeoutSeconds: 1800,
      policy: policyWith({ drainTimeoutSeconds: 3600 }),
      dryRun: false,
      signalsQueueUrl: environment.EBBTIDE_SIGNALS_QUEUE_URL,
      wakesQueueUrl: environment.EBBTIDE_WAKES_QUEUE_URL,
    })
  })

  it('take no notice of other variables', () => {
    expect(complaintAbout({ EBBTIDE_COLOUR: 'blue', PATH: '/bin' })).toBe('')
  })

  it('forgive spaces around names', () => {
    const spaced = { ...environment, EBBTIDE_CLUSTER: ' web ', EBBTIDE_GROUPS: ' ecs-web-a , ecs-web-b ' }
    expect(readSettings(spaced)).toEqual(readSettings(environment))
  })
})

describe('a setting that is wrong', () => {
  it.each<[Variable, string | undefined, string]>([
    ['EBBTIDE_CLUSTER', undefined, 'is missing'],
    ['EBBTIDE_CLUSTER', '', 'is empty'],
    ['EBBTIDE_CLUSTER', '   ', 'is empty'],
    ['EBBTIDE_CLUSTER', 'w'.repeat(256), 'is longer than 255 characters'],
    [
      'EBBTIDE_CLUSTER',
      'arn:aws:ecs:eu-west-1:111122223333:cluster/web',
      'may hold letters, digits, hyphens and underscores only',
    ],
    ['EBBTIDE_GROUPS', undefined, 'is missing'],
    ['EBBTIDE_GROUPS', '', 'is empty'],
    ['EBBTIDE_GROUPS', 'ecs-web-a,,ecs-web-b', 'is empty'],
    ['EBBTIDE_GROUPS', `ecs-web-a,${'g'.repeat(256)}`, 'is longer than 255 characters'],
    ['EBBTIDE_GROUPS', 'ecs:web', 'may hold printable characters without colon and comma only'],
    ['EBBTIDE_GROUPS', 'ecs-web-a, ecs-web-a', 'names a group twice'],
    ['EBBTIDE_HOOK_NAME', undefined, 'is missing'],
    ['EBBTIDE_HOOK_NAME', '', 'is empty'],
    ['EBBTIDE_HOOK_NAME', 'h'.repeat(256), 'is longer than 255 characters'],
    ['EBBTIDE_HOOK_NAME', 'ebbtide.web', 'may hold letters, digits, hyphens, underscores and slashes only'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', undefined, 'is missing'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '', 'is not a whole number of seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '1h', 'is not a whole number of seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '3600.5', 'is not a whole number of seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '-3600', 'is not a whole number of seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '1e4', 'is not a whole number of seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '59', 'must be between 60 and 172800 seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '172801', 'must be between 60 and 172800 seconds'],
    ['EBBTIDE_DRAIN_TIMEOUT_SECONDS', '9'.repeat(400), 'must be between 60 and 172800 seconds'],
    ['EBBTIDE_ON_DEADLINE', undefined, 'must be one of stop-tasks, continue, retain'],
    ['EBBTIDE_ON_DEADLINE', 'panic', 'must be one of stop-tasks, continue, retain'],
    ['EBBTIDE_SIGNALS_QUEUE_URL', undefined, 'is not a queue URL'],
    ['EBBTIDE_SIGNALS_QUEUE_URL', 'ebbtide-web-signals', 'is not a queue URL'],
    ['EBBTIDE_WAKES_QUEUE_URL', undefined, 'is not a queue URL'],
    ['EBBTIDE_WAKES_QUEUE_URL', '', 'is not a queue URL'],
  ])('is named in a sentence of its own: %s being %j', (variable, value, problem) => {
    expect(complaintAbout({ [variable]: value })).toBe(sentence(variable, problem))
  })

  it('does not hide another: all are listed at once', () => {
    const wrong = { EBBTIDE_CLUSTER: '', EBBTIDE_DRAIN_TIMEOUT_SECONDS: '30', EBBTIDE_ON_DEADLINE: 'panic' }
    expect(complaintAbout(wrong).split('\n')).toEqual([
      sentence('EBBTIDE_CLUSTER', 'is empty'),
      sentence('EBBTIDE_DRAIN_TIMEOUT_SECONDS', 'must be between 60 and 172800 seconds'),
      sentence('EBBTIDE_ON_DEADLINE', 'must be one of stop-tasks, continue, retain'),
    ])
  })

  it('is one of as many problems as there are variables when the environment is empty', () => {
    const nothing = Object.fromEntries(variables.map((variable) => [variable, undefined]))
    const named = complaintAbout(nothing)
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(new Set(named)).toEqual(new Set(variables))
  })
})

describe('the bounds of a setting', () => {
  it.each([60, 3_600, MAX_HOOK_WAIT_SECONDS])('take a drain timeout of %i seconds', (seconds) => {
    const settings = readSettings({ ...environment, EBBTIDE_DRAIN_TIMEOUT_SECONDS: String(seconds) })
    expect(settings.policy.drainTimeoutSeconds).toBe(seconds)
  })

  it('take names of 255 characters', () => {
    const long = 'n'.repeat(255)
    const names = { EBBTIDE_CLUSTER: long, EBBTIDE_GROUPS: long, EBBTIDE_HOOK_NAME: long }
    expect(readSettings({ ...environment, ...names })).toMatchObject({
      cluster: long,
      groups: [long],
      hookName: long,
    })
  })

  it.each(['stop-tasks', 'continue', 'retain'])('take "%s" for what to do at the deadline', (choice) => {
    expect(readSettings({ ...environment, EBBTIDE_ON_DEADLINE: choice }).policy.onDeadline).toBe(choice)
  })
})

describe('optional settings', () => {
  it('are absent when they are empty', () => {
    const empty = { ...environment, EBBTIDE_LAUNCH_HOOK_NAME: '', EBBTIDE_NOTIFICATION_TOPIC_ARN: '' }
    expect(readSettings(empty)).toStrictEqual(readSettings(environment))
  })

  it('are read when they are there', () => {
    const topic = 'arn:aws:sns:eu-west-1:111122223333:ops'
    const given = {
      ...environment,
      EBBTIDE_LAUNCH_HOOK_NAME: 'ebbtide-web-launch',
      EBBTIDE_NOTIFICATION_TOPIC_ARN: topic,
      EBBTIDE_STANDALONE_TASKS: 'stop-after:600',
    }
    expect(readSettings(given)).toMatchObject({
      launchHookName: 'ebbtide-web-launch',
      notificationTopicArn: topic,
      policy: { standaloneTasks: { stopAfterSeconds: 600 } },
    })
  })
})

describe('the tags of a group', () => {
  it('override the policy of the stack', () => {
    const tags = { 'ebbtide:drain-timeout': '7200', 'ebbtide:standalone-tasks': 'ignore', team: 'shop' }
    expect(policyForTags(policyWith(), tags)).toEqual({
      policy: policyWith({ drainTimeoutSeconds: 7_200, standaloneTasks: 'ignore' }),
      nonsense: [],
    })
  })

  it('cannot turn on what the stack is not deployed for', () => {
    const { policy, nonsense } = policyForTags(policyWith({ rebalance: 'off' }), {
      'ebbtide:rebalance': 'replace',
    })
    expect(policy.rebalance).toBe('off')
    expect(nonsense).toEqual([expect.stringContaining('Set its parameter "rebalance"')])
    const off = policyForTags(policyWith({ health: 'replace' }), { 'ebbtide:health': 'off' })
    expect(off).toMatchObject({ policy: { health: 'off' }, nonsense: [] })
  })

  it('that make no sense leave the value of the stack, and are named', () => {
    expect(policyForTags(policyWith(), { 'ebbtide:on-deadline': 'panic' })).toEqual({
      policy: policyWith(),
      nonsense: ['the tag ebbtide:on-deadline must be one of stop-tasks, continue, retain'],
    })
  })
})
