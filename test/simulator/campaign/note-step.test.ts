import { describe, expect, it } from '@jest/globals'

import { stateOfStep } from '../../../simulator/campaign/note-step.ts'
import type { ScriptStep } from '../../../simulator/scenario/script-step.ts'
import { GROUP, play, shop, terminateOne } from '../../scenarios/small-cluster.ts'

/** What a step means at 60 s, while a drain waits that began at 10 s. */
const stateOf = async (step: object) => {
  let state: string | undefined
  const stuck = { ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }
  await play({ services: [stuck], script: [terminateOne(10)], lastsSeconds: 90 }, (world) =>
    world.simulation.after(60_000, () => {
      state = stateOfStep(world, [GROUP], step as ScriptStep)
    }),
  )
  return state
}

describe('the rare state that a step stands for', () => {
  it.each([
    ['bounds changed', { do: 'update-service', service: 'shop', minimumHealthyPercent: 50 }],
    ['bounds changed', { do: 'update-service', service: 'shop', maximumPercent: 150 }],
    [undefined, { do: 'update-service', service: 'shop', desired: 3 }],
    ['deployment running', { do: 'deploy', service: 'shop' }],
    ['terminated by hand', { do: 'terminate-by-hand', group: GROUP, instances: 1 }],
    [undefined, { do: 'terminate-by-hand', group: 'theirs', instances: 1 }],
    ['Spot reclaim', { do: 'spot-interruption', group: GROUP, instances: 1 }],
    ['zone lost', { do: 'lose-zone', group: GROUP, zone: 'eu-west-1a' }],
  ])('is %s: %j', async (state, step) => {
    expect(await stateOf(step)).toBe(state)
  })
})
