import { describe, expect, it } from '@jest/globals'

import { stackGroupsOf, watchForeignMachines } from '../../../simulator/campaign/foreign-machines.ts'
import { generateNeighbours, type Neighbours } from '../../../simulator/campaign/generate-neighbours.ts'
import { watchKilledTasks } from '../../../simulator/campaign/killed-tasks.ts'
import { playRun } from '../../../simulator/campaign/play-run.ts'
import { Random } from '../../../simulator/engine/random.ts'
import { group, GROUP, HOOK, play, shop } from '../../scenarios/small-cluster.ts'

const drawn: readonly Neighbours[] = Array.from({ length: 200 }, (_, seed) =>
  generateNeighbours(new Random(seed, 'neighbours'), 400),
)

describe('the neighbours of a run', () => {
  it('are there in some runs, and lose instances while things go wrong', () => {
    const present = drawn.filter(({ groups }) => groups.length > 0)
    expect(present.length).toBeGreaterThan(40)
    expect(present.length).toBeLessThan(100)
    for (const { groups, script } of present) {
      expect(script.map(({ group }) => group)).toEqual(script.map(() => groups[0]!.name))
      expect(script.every(({ atSeconds }) => Number(atSeconds) <= 400)).toBe(true)
    }
  })

  it('are in our cluster or in another, and their hook may be called like ours', () => {
    const groups = drawn.flatMap((neighbours) => neighbours.groups)
    const hooks = groups.flatMap(({ otherHooks = [] }) => otherHooks as readonly { readonly name: string }[])
    expect(new Set(groups.map(({ registrationSeconds }) => registrationSeconds))).toEqual(
      new Set([20, 'never']),
    )
    expect(new Set(hooks.map(({ name }) => name))).toEqual(new Set([HOOK, 'billing-drain']))
  })
})

describe('a run with neighbours', () => {
  it('gives the stack its own groups alone, and tells its functions of theirs', async () => {
    const { scenario, reached, violations } = await playRun({ seed: 2, level: 'none' })
    const names = scenario.groups.map(({ name }) => name)
    expect(names).toContain('ecs-billing')
    expect(stackGroupsOf(scenario)).toEqual(names.filter((name) => name !== 'ecs-billing'))
    expect(reached['foreign instance leaving']).toBeGreaterThan(0)
    expect(violations).toEqual([])
  })

  it('counts no task as killed that died with a machine of theirs, and no drain that ours of the same name did not do', async () => {
    const theirs = { ...group, name: 'theirs', otherHooks: [{ name: HOOK, heartbeatTimeoutSeconds: 30 }] }
    const kill = (name: string) => ({ do: 'terminate-by-hand', atSeconds: 20, group: name, instances: 1 })
    const leave = { do: 'terminate-in-group', atSeconds: 30, group: 'theirs', instances: 1 }
    const counts: ReturnType<typeof watchKilledTasks>[] = []
    const run = await play(
      {
        groups: [{ ...group, tags: { 'ebbtide:drain-timeout': '600' } }, theirs],
        services: [{ ...shop, desired: 12 }],
        settings: { groups: GROUP },
        script: [kill(GROUP), kill('theirs'), leave],
        lastsSeconds: 300,
      },
      (world, recording) =>
        counts.push(watchKilledTasks(world, recording, watchForeignMachines(world, [GROUP]))),
    )
    const ofOurs = run.recording.killedTasks.filter(
      ({ instanceId }) => run.world.ec2.find(instanceId)?.autoScalingGroupName === GROUP,
    )
    expect(run.recording.killedTasks.length).toBeGreaterThan(ofOurs.length)
    expect(counts.map((count) => count())).toEqual([{ all: ofOurs.length, early: ofOurs.length }])
    expect(ofOurs.length).toBeGreaterThan(0)
    expect(run.recording.drains.map(({ action }) => action.autoScalingGroupName)).toEqual([GROUP])
    expect(run.recording.violations).toEqual([])
  })
})
