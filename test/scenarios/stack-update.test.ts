import { describe, expect, it } from '@jest/globals'
import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import { parseScenario } from '../../simulator/scenario/load-scenario.ts'
import { worldSpecOf } from '../../simulator/scenario/scenario.ts'
import { call } from '../../simulator/world/call.ts'
import { deployEbbtide, updateEbbtide, type StackSettings } from '../../simulator/world/deploy-ebbtide.ts'
import { captureOutput } from '../../simulator/world/product-output.ts'
import { createWorld, type World } from '../../simulator/world/world.ts'

const FORMER_POLICIES = ['OldestInstance', 'Default']

const groupOf = (name: string) => ({
  name,
  cpu: 4_096,
  memory: 8_192,
  desired: 1,
  max: 3,
  terminationPolicies: FORMER_POLICIES,
})

const scenario = parseScenario('update', {
  description: 'A stack is told to do less.',
  cluster: 'web',
  groups: [groupOf('ecs-web-a'), groupOf('ecs-web-b')],
  lastsSeconds: 60,
})

/** What a group carries of a stack. */
const carriedBy = ({ autoScaling }: World, group: string) => {
  const { AutoScalingGroups: [found] = [] } = call<DescribeAutoScalingGroupsCommandOutput>(
    autoScaling.model,
    'DescribeAutoScalingGroups',
    { AutoScalingGroupNames: [group] },
  )
  return { policies: found?.TerminationPolicies, tags: (found?.Tags ?? []).map(({ Key }) => Key) }
}

const nothing = { policies: FORMER_POLICIES, tags: [] }

/** Deploys a stack, then updates it, and notes what the groups say whenever the function that chooses is not there. */
const update = async (before: StackSettings, after: StackSettings) => {
  const world = createWorld(worldSpecOf(scenario), 1)
  const deployed = await deployEbbtide(world, before)
  const { deployment } = deployed
  const pass = (seconds: number) => world.simulation.runUntil(world.simulation.now() + seconds * 1_000)
  const endCapture = captureOutput(() => undefined)
  await pass(60)
  const attached = ['ecs-web-a', 'ecs-web-b'].map((group) => carriedBy(world, group))
  const functionArn = world.lambda.arnOf('ebbtide-web-choose-victims')
  const orphaned = new Set<string>()
  world.simulation.watch(() => {
    const named = ['ecs-web-a', 'ecs-web-b'].filter((group) =>
      carriedBy(world, group).policies?.includes(functionArn),
    )
    if (!world.lambda.has(functionArn)) named.forEach((group) => orphaned.add(group))
  })
  await updateEbbtide(world, deployed, after)
  await pass(120)
  endCapture()
  expect(world.transport.refusals).toEqual([])
  expect([deployment.status, deployment.failures, [...orphaned]]).toEqual(['UPDATE_COMPLETE', [], []])
  return { world, attached, functionArn, isChooserThere: world.lambda.has(functionArn) }
}

describe('a stack that is told to do less', () => {
  it('gives the termination policies back before the function goes, when it is to choose no more', async () => {
    const { world, attached, functionArn, isChooserThere } = await update(
      { scale: 'advise', chooseVictims: 'on' },
      { scale: 'advise', chooseVictims: 'off' },
    )
    for (const { policies } of attached) expect(policies).toEqual([functionArn, 'OldestInstance', 'Default'])
    expect(isChooserThere).toBe(false)
    for (const group of ['ecs-web-a', 'ecs-web-b']) expect(carriedBy(world, group)).toEqual(nothing)
  })

  it('takes its mark away, when it is to advise and no longer to act', async () => {
    const { world, attached } = await update({ scale: 'act' }, { scale: 'advise' })
    for (const { tags } of attached) expect(tags).toEqual(['ebbtide:scaler'])
    for (const group of ['ecs-web-a', 'ecs-web-b']) expect(carriedBy(world, group)).toEqual(nothing)
  })

  it('keeps choosing when it stops to act, and chooses no more while it goes on acting', async () => {
    const both = { scale: 'act', chooseVictims: 'on' }
    const chooses = await update(both, { ...both, scale: 'advise' })
    expect(carriedBy(chooses.world, 'ecs-web-a')).toEqual({
      policies: [chooses.functionArn, 'OldestInstance', 'Default'],
      tags: ['ebbtide:former-termination-policies'],
    })
    const acts = await update(both, { ...both, chooseVictims: 'off' })
    expect(carriedBy(acts.world, 'ecs-web-a')).toEqual({ ...nothing, tags: ['ebbtide:scaler'] })
  })

  it('leaves nothing on a group that it no longer names', async () => {
    const both = { scale: 'act', chooseVictims: 'on' }
    const { world, functionArn } = await update(both, { ...both, groups: 'ecs-web-a' })
    expect(carriedBy(world, 'ecs-web-a').policies?.[0]).toBe(functionArn)
    expect(carriedBy(world, 'ecs-web-b')).toEqual(nothing)
  })

  it('leaves nothing on any group when it is to measure no more', async () => {
    const { world, isChooserThere } = await update({ scale: 'act', chooseVictims: 'on' }, { scale: 'off' })
    expect(isChooserThere).toBe(false)
    for (const group of ['ecs-web-a', 'ecs-web-b']) expect(carriedBy(world, group)).toEqual(nothing)
  })
})
