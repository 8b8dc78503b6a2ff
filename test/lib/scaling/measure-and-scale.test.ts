import { describe, expect, it, jest } from '@jest/globals'

import { createCapacityClients } from '../../../lib/aws/capacity-clients.ts'
import { createCapacityEnvironment } from '../../../lib/scaling/environment.ts'
import { measureAndScale } from '../../../lib/scaling/measure-and-scale.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { operator } from '../../../simulator/sdk/caller.ts'
import { createWorld } from '../../../simulator/world/world.ts'
import { group, GROUP, smallCluster } from '../../scenarios/small-cluster.ts'

process.env['AWS_REGION'] = 'eu-west-1'

const settings = {
  cluster: 'web',
  groups: [GROUP],
  hookName: 'ebbtide-web',
  stackName: 'ebbtide-web-prod',
  scale: 'advise',
  headroomPercent: 10,
  scaleOutStep: 10,
  scaleInCooldownSeconds: 300,
  scaleInBudgetPercent: 10,
  choosesVictims: false,
  bucket: 'notes',
} as const

/** A cluster whose group may be shifted away from a zone, and whoever measures it each minute. */
const measuredCluster = () => {
  const spec = smallCluster({ groups: [{ ...group, zonalShift: 'ReplaceUnhealthy' }] })
  const world = createWorld(worldSpecOf(spec), 7)
  const { zonalShift: _, ...sdk } = createCapacityClients()
  for (const client of Object.values(sdk)) world.transport.attach(client, operator(world.simulation))
  world.s3.createBucket({ name: 'notes' })
  const zonalShift = { get: async (): Promise<unknown> => ({ items: [] }) }
  const environment = createCapacityEnvironment({
    settings,
    clients: { ...sdk, zonalShift },
    clock: { now: () => world.simulation.now() },
    after: () => ({ cancel: () => undefined }),
  })
  const warn = jest.spyOn(environment.telemetry.logger, 'warn').mockReturnValue(undefined)
  const measureOnce = async () => {
    const now = world.simulation.now()
    const measuring = measureAndScale(environment, { askedAt: now, urgency: 'usual' })
    await world.simulation.runUntil(now + 60_000)
    await measuring
  }
  return { zonalShift, warn, measureOnce }
}

describe('a group of which nobody can read whether it is shifted away from a zone', () => {
  it('is told of once, and again only when it could be read in between', async () => {
    const { zonalShift, warn, measureOnce } = measuredCluster()
    const readable = zonalShift.get
    const refusing = () => Promise.reject(new Error('arc-zonal-shift answered 403 to GET /zonalshifts'))
    const told: number[] = []
    for (const get of [readable, refusing, refusing, readable, refusing]) {
      zonalShift.get = get
      await measureOnce()
      told.push(warn.mock.calls.length)
    }
    expect(told).toEqual([0, 1, 1, 1, 2])
    const [message, fields] = warn.mock.calls[0] ?? []
    expect(message).toBe('Could not read whether a group is shifted away from a zone')
    expect(fields).toMatchObject({
      autoScalingGroupName: GROUP,
      error: { message: expect.stringContaining('Error: arc-zonal-shift answered 403 to GET /zonalshifts') },
    })
  })
})
