import { describe, expect, it } from '@jest/globals'

import type { TargetState } from '../../../simulator/aws/load-balancing/target-group.ts'
import { chooseTargets, countTurns } from '../../../simulator/traffic/routing.ts'

const chosen = (states: readonly TargetState[]): readonly TargetState[] =>
  chooseTargets(states.map((state, index) => ({ id: 'i-a', port: index, state, answers: true }))).map(
    ({ state }) => state,
  )

describe('the load balancer', () => {
  it.each<[string, readonly TargetState[], readonly TargetState[]]>([
    [
      'sends to healthy targets only',
      ['initial', 'healthy', 'unhealthy', 'draining', 'healthy'],
      ['healthy', 'healthy'],
    ],
    ['fails open when all are unhealthy', ['unhealthy', 'unhealthy'], ['unhealthy', 'unhealthy']],
    ['fails open past targets that drain', ['unhealthy', 'draining'], ['unhealthy']],
    ['does not fail open while a target is new', ['unhealthy', 'initial'], []],
    ['has nowhere to send when all drain', ['draining', 'draining'], []],
    ['has nowhere to send in an empty group', [], []],
  ])('%s', (_, states, expected) => expect(chosen(states)).toEqual(expected))
})

describe('turns', () => {
  it('are as many as one would count', () => {
    for (const after of [0, 3, 7])
      for (const upTo of [7, 8, 20])
        for (const place of [0, 1, 2]) {
          const numbers = Array.from({ length: upTo - after }, (_, index) => after + 1 + index)
          const mine = numbers.filter((number) => number % 3 === place).length
          expect(countTurns({ place, places: 3 }, after, upTo)).toBe(mine)
        }
  })
})
