import { describe, expect, it } from '@jest/globals'
import { performStep } from '../../../simulator/scenario/perform-step.ts'
import { scriptStep } from '../../../simulator/scenario/script-step.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { call } from '../../../simulator/world/call.ts'
import { instancesInService } from '../../../simulator/world/group-instances.ts'
import { createWorld } from '../../../simulator/world/world.ts'
import { stepInWords } from '../../../simulator/view/step-words.ts'

const open = () => {
  const group = { name: 'web', cpu: 2_048, memory: 8_192, desired: 1, max: 9 }
  const scenario = parseScenario('own', {
    description: 'A group grows while EC2 has nothing.',
    cluster: 'web',
    groups: [group],
    lastsSeconds: 60,
  })
  const world = createWorld(worldSpecOf(scenario), 1)
  const size = async (desired: number, afterSeconds: number) => {
    call(world.autoScaling.model, 'SetDesiredCapacity', {
      AutoScalingGroupName: 'web',
      DesiredCapacity: desired,
    })
    await world.simulation.runUntil(world.simulation.now() + afterSeconds * 1_000)
    return instancesInService(world.autoScaling, 'web').length
  }
  return { world, size }
}

describe('a step of a script', () => {
  it('takes capacity away until a given second', async () => {
    const { world, size } = open()
    const step = scriptStep.parse({ do: 'lack-capacity', atSeconds: 0, untilSeconds: 100 })
    performStep(world, step)
    expect(stepInWords(step)).toBe('EC2 has no machine left in any zone for 100 s')
    expect(await size(3, 90)).toBe(1)
    expect(await size(3, 300)).toBe(3)
  })

  it('takes it away in one zone alone', async () => {
    const { world, size } = open()
    const zone = 'eu-west-1b'
    performStep(world, scriptStep.parse({ do: 'lack-capacity', atSeconds: 0, untilSeconds: 900, zone }))
    expect(await size(3, 90)).toBe(3)
    const zones = call<{ readonly AutoScalingInstances: readonly { readonly AvailabilityZone: string }[] }>(
      world.autoScaling.model,
      'DescribeAutoScalingInstances',
      {},
    ).AutoScalingInstances.map(({ AvailabilityZone }) => AvailabilityZone)
    expect(zones).not.toContain(zone)
  })

  it('limits the vCPUs of the account', async () => {
    const { world, size } = open()
    const step = scriptStep.parse({ do: 'limit-vcpus', atSeconds: 0, vcpus: 4 })
    performStep(world, step)
    expect(stepInWords(step)).toBe("the account's limit is 4 vCPUs from now on")
    expect(await size(5, 120)).toBe(2)
  })
})
