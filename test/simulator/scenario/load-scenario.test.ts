import { describe, expect, it } from '@jest/globals'

import { parseScenario, ScenarioError } from '../../../simulator/scenario/load-scenario.ts'

const group = { name: 'g', cpu: 2_048, memory: 4_096, desired: 2, max: 4 }
const service = { name: 'shop', cpu: 256, memory: 256, desired: 2 }
const whole = {
  description: 'Nothing happens.',
  cluster: 'web',
  groups: [group],
  services: [service],
  lastsSeconds: 1,
}

const mistakesIn = (content: unknown): readonly string[] => {
  try {
    parseScenario('test', content)
    return []
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    return error.message.split('\n')
  }
}

const mistakesWith = (changes: Record<string, unknown>) => mistakesIn({ ...whole, ...changes })
const step = (changes: Record<string, unknown>) => ({ do: 'terminate-by-hand', atSeconds: 1, ...changes })

describe('a scenario file', () => {
  it('has no mistakes when all is as it should be', () => {
    expect(mistakesIn(whole)).toEqual([])
  })

  it.each([
    [
      'a text for a number',
      { groups: [{ ...group, memory: 'lots' }] },
      'groups[0].memory must be a whole number.',
    ],
    ['null for a number', { lastsSeconds: null }, 'lastsSeconds must be a number of seconds.'],
    ['a number for a list', { groups: 5 }, 'groups must be a list.'],
    ['a number for an object', { services: [5] }, 'services[0] must be an object.'],
    [
      'a text for a truth',
      { script: [step({ do: 'terminate-in-group', group: 'g', decrementDesiredCapacity: 'yes' })] },
      'script[0].decrementDesiredCapacity must be true or false.',
    ],
    [
      'a word that is no choice',
      { groups: [{ ...group, otherHooks: [{ name: 'h', transition: 'sleeping' }] }] },
      'groups[0].otherHooks[0].transition must be terminating or launching.',
    ],
    [
      'what AWS cannot be taken to do',
      { assumptions: { autoScaling: { scaleInThresholdShare: 0.5 } } },
      'assumptions.autoScaling.scaleInThresholdShare must be 0.9 or 0.75.',
    ],
    [
      'a list for a setting',
      { settings: { spot: [] } },
      'settings.spot must be a text, a number, true or false.',
    ],
  ])('is told of %s as a wrong value, not a missing one', (_name, changes, sentence) => {
    expect(mistakesWith(changes)).toEqual([sentence])
  })

  it('is told of a field that is missing', () => {
    const { memory: _left, ...rest } = group
    expect(mistakesWith({ groups: [rest] })).toEqual([
      'groups[0].memory is missing: it must be a whole number.',
    ])
  })

  it('is told of mistakes of every kind at once', () => {
    const mistakes = mistakesWith({
      groups: [{ ...group, memory: 'lots' }],
      script: [step({ group: 'h' })],
      settings: { drainTimeout: 'soon' },
    })
    expect(mistakes).toEqual([
      'groups[0].memory must be a whole number.',
      'script[0].group names h, but there is only g.',
      'settings.drainTimeout is not a whole number of seconds: set settings.drainTimeout to 3600.',
    ])
  })

  it.each([
    [
      'each known name once',
      { groups: [group, group, { ...group, name: 'f' }], script: [step({ group: 'h' })] },
      ['The name g is used twice.', 'script[0].group names h, but there is only g, f.'],
    ],
    [
      'that there is nothing to name',
      { services: [], script: [{ do: 'break-image', atSeconds: 1, service: 'shop' }] },
      ['script[0].service names shop, but there is no service.'],
    ],
    [
      'of no unknown name where the known ones cannot be read',
      { groups: [{ ...group, name: 5 }], script: [step({ group: 'g' })] },
      ['groups[0].name must be a name.'],
    ],
    [
      'of a service under the name of a daemon',
      { daemons: [{ name: 'shop', cpu: 1, memory: 1 }] },
      ['The name shop is used twice.'],
    ],
    [
      'of an interruption where nothing is of Spot, beside a wrong type',
      { lastsSeconds: 'long', script: [step({ do: 'spot-interruption', group: 'g' })] },
      ['lastsSeconds must be a number of seconds.', 'script[0].group must name a group with market "spot".'],
    ],
  ])('is told %s', (_name, changes, sentences) => {
    expect(mistakesWith(changes)).toEqual(sentences)
  })

  it.each([5, null, [], 'scenario'])('that is %j is told so', (content) => {
    expect(mistakesIn(content)).toEqual(['The scenario must be an object.'])
  })
})

describe("a scenario's settings", () => {
  it('may be texts, numbers and truths', () => {
    const settings = { drainTimeout: 900, spot: 'off', dryRun: true }
    expect(parseScenario('test', { ...whole, settings }).settings).toEqual({
      drainTimeout: '900',
      spot: 'off',
      dryRun: 'true',
    })
  })

  it.each([
    ['spot', 'maybe', 'settings.spot must be one of drain, off: set settings.spot to drain.'],
    ['dryRum', true, 'settings.dryRum is no parameter of the stack: use dryRun or leave it out.'],
  ])('%s: %j is refused in the words of the file', (name, value, sentence) => {
    expect(mistakesWith({ settings: { [name]: value } })).toEqual([sentence])
  })

  it('are checked against the defaults of the others', () => {
    expect(mistakesWith({ settings: { drainTimeout: 172_800 } })).toEqual([
      expect.stringMatching(
        /^settings\.drainTimeout is 172800 seconds, but Auto Scaling .+ of 1800 seconds .+: set settings\.drainTimeout to \d+ or less, or a longer heartbeatTimeout\.$/,
      ),
    ])
  })

  it('take cluster and groups from the scenario, whose mistakes are then its own', () => {
    expect(mistakesWith({ cluster: 'my cluster' })).toEqual([
      'cluster may hold letters, digits, hyphens and underscores only.',
    ])
    expect(mistakesWith({ groups: [{ ...group, name: 'g*' }] })).toEqual([
      'groups may not hold "*", "?" or "$".',
    ])
  })

  it('may name another cluster than the scenario', () => {
    expect(mistakesWith({ settings: { cluster: 'wbe' } })).toEqual([])
    expect(mistakesWith({ settings: { cluster: 'w b' } })).toEqual([
      'settings.cluster may hold letters, digits, hyphens and underscores only: set settings.cluster to <name of the ECS cluster>.',
    ])
  })
})
