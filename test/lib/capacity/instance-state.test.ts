import { describe, expect, it } from '@jest/globals'

import {
  REGISTRATION_GRACE_MS,
  isComing,
  isLasting,
  isLeaving,
  isMember,
  isRoomSoon,
  isStrayed,
  isUsable,
  isWanted,
} from '../../../lib/capacity/instance-state.ts'
import { NOW, clusterOf, standalone, type InstanceOf } from './cluster-of.ts'

const instance = (more: InstanceOf) => clusterOf({ instances: [more] }).instances[0]!
const without = (more: InstanceOf, field: 'group' | 'lifecycleState') => {
  const { [field]: _, ...rest } = instance(more)
  return rest
}

/** What holds of an instance, as letters: Leaving, Usable, lasting (S for stays), Member. */
const stateOf = (each: ReturnType<typeof instance>): string =>
  [
    ['L', isLeaving(each)],
    ['U', isUsable(each)],
    ['S', isLasting(each)],
    ['M', isMember(each)],
  ]
    .flatMap(([letter, holds]) => (holds === true ? letter : []))
    .join('')

describe('an instance is leaving (L), room now (U), room that stays (S), a member of its group (M)', () => {
  it.each([
    ['InService', 'USM'],
    ['Pending', 'UM'],
    ['Pending:Wait', 'UM'],
    ['Pending:Proceed', 'UM'],
    ['Terminating', 'L'],
    ['Terminating:Wait', 'L'],
    ['Terminated', 'L'],
    ['Detaching', 'L'],
    ['Detached', 'L'],
    ['EnteringStandby', 'L'],
    ['Standby', 'U'],
    ['Warmed:Running', ''],
    ['Warmed:Pending:Wait', ''],
    ['Warmed:Terminating:Wait', ''],
  ])('in %s: %s', (lifecycleState, expected) => {
    expect(stateOf(instance({ lifecycleState }))).toBe(expected)
  })

  it.each([
    ['REGISTERING', 'M'],
    ['DRAINING', 'LM'],
    ['DEREGISTERING', 'LM'],
    ['REGISTRATION_FAILED', 'LM'],
    ['INACTIVE', 'LM'],
  ])('as container instance %s: %s', (status, expected) => {
    expect(stateOf(instance({ container: { status } }))).toBe(expected)
  })

  it.each([
    ['its agent silent', instance({ container: { agentConnected: false } }), 'M'],
    ['unknown to the cluster', instance({ container: null }), 'M'],
    ['in no group', without({}, 'group'), 'U'],
    ['of unknown state', without({}, 'lifecycleState'), 'U'],
  ])('%s: %s', (_, each, expected) => {
    expect(stateOf(each)).toBe(expected)
  })
})

describe('an instance that is not ready', () => {
  const justNow = NOW - REGISTRATION_GRACE_MS + 1
  const longAgo = NOW - REGISTRATION_GRACE_MS
  const absent = { container: null }
  const registering = { container: { status: 'REGISTERING' } }

  it.each([
    ['launched within ten minutes', { ...absent, launchedAt: justNow }, { coming: true, strayed: false }],
    ['launched ten minutes ago', { ...absent, launchedAt: longAgo }, { coming: false, strayed: true }],
    ['launched nobody knows when', absent, { coming: false, strayed: true }],
    ['pending', { ...absent, lifecycleState: 'Pending:Wait' }, { coming: true, strayed: false }],
    ['registering', { ...registering, launchedAt: justNow }, { coming: true, strayed: false }],
    ['registering for long', { ...registering, launchedAt: longAgo }, { coming: false, strayed: false }],
    ['registered', { launchedAt: justNow }, { coming: false, strayed: false }],
    [
      'leaving before it came',
      { ...absent, launchedAt: longAgo, lifecycleState: 'Terminating:Wait' },
      { coming: false, strayed: false },
    ],
    [
      'leaving as soon as it came',
      { ...absent, launchedAt: justNow, lifecycleState: 'Terminating:Wait' },
      { coming: false, strayed: false },
    ],
  ])('is counted on or given up: %s', (_, more, { coming, strayed }) => {
    expect(isComing(instance(more), NOW)).toBe(coming)
    expect(isStrayed(instance(more), NOW)).toBe(strayed)
  })

  const silent = { agentConnected: false }
  const silentFor = (minutes: number) => ({
    container: { ...silent, silentSince: NOW - minutes * 60_000 },
  })

  it.each([
    ['silent for less than five minutes', silentFor(4.9), true],
    ['silent for five minutes', silentFor(5), false],
    ['silent nobody knows since when', { container: silent }, false],
    ['new, and its agent has not connected', { container: silent, launchedAt: justNow }, true],
    ['no longer new, and its agent has not connected', { container: silent, launchedAt: longAgo }, false],
    ['not silent', {}, false],
    ['silent and leaving', { ...silentFor(1), lifecycleState: 'Terminating' }, false],
    ['silent in a warm pool', { ...silentFor(1), lifecycleState: 'Warmed:Stopped' }, false],
    ['draining', { container: { ...silent, silentSince: NOW, status: 'DRAINING' } }, false],
    ['registering', { container: { ...silent, silentSince: NOW, status: 'REGISTERING' } }, false],
    ['unknown to the cluster', { ...absent, launchedAt: justNow }, false],
  ])('is room soon: %s: %s', (_, more, expected) => {
    expect(isRoomSoon(instance(more), NOW)).toBe(expected)
  })
})

it.each([
  ['RUNNING', 'RUNNING', true],
  ['RUNNING', 'PENDING', true],
  ['STOPPED', 'RUNNING', false],
  ['RUNNING', 'STOPPED', false],
  ['STOPPED', 'STOPPED', false],
])('a task that should be %s and is %s is wanted: %s', (desiredStatus, lastStatus, expected) => {
  expect(isWanted(standalone({ desiredStatus, lastStatus }))).toBe(expected)
})
