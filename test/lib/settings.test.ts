import { describe, expect, it } from '@jest/globals'

import { MAX_HOOK_WAIT_SECONDS, readSettings, SettingsError } from '../../lib/settings.ts'

const environment = {
  EBBTIDE_CLUSTER: 'web',
  EBBTIDE_GROUPS: 'ecs-web-a,ecs-web-b',
  EBBTIDE_HOOK_NAME: 'ebbtide-web',
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: '3600',
  EBBTIDE_ON_DEADLINE: 'stop-tasks',
  EBBTIDE_SIGNALS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ebbtide-web-signals',
  EBBTIDE_WAKES_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ebbtide-web-wakes',
}

type Variable = keyof typeof environment

const parameters: Readonly<Record<Variable, string>> = {
  EBBTIDE_CLUSTER: 'cluster',
  EBBTIDE_GROUPS: 'groups',
  EBBTIDE_HOOK_NAME: 'cluster',
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: 'drainTimeout',
  EBBTIDE_ON_DEADLINE: 'onDeadline',
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
      drainTimeoutSeconds: 3600,
      onDeadline: 'stop-tasks',
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
    ['EBBTIDE_ON_DEADLINE', undefined, 'must be one of stop-tasks, continue'],
    ['EBBTIDE_ON_DEADLINE', 'panic', 'must be one of stop-tasks, continue'],
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
      sentence('EBBTIDE_ON_DEADLINE', 'must be one of stop-tasks, continue'),
    ])
  })

  it('is one of as many problems as there are variables when the environment is empty', () => {
    const nothing = Object.fromEntries(variables.map((variable) => [variable, undefined]))
    const named = complaintAbout(nothing)
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(named).toEqual(variables)
  })
})

describe('the bounds of a setting', () => {
  it.each([60, 3_600, MAX_HOOK_WAIT_SECONDS])('take a drain timeout of %i seconds', (seconds) => {
    const settings = readSettings({ ...environment, EBBTIDE_DRAIN_TIMEOUT_SECONDS: String(seconds) })
    expect(settings.drainTimeoutSeconds).toBe(seconds)
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

  it.each(['stop-tasks', 'continue'])('take "%s" for what to do at the deadline', (choice) => {
    expect(readSettings({ ...environment, EBBTIDE_ON_DEADLINE: choice }).onDeadline).toBe(choice)
  })
})
