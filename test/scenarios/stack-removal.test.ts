import { describe, expect, it } from '@jest/globals'
import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'

import { worldSpecOf } from '../../simulator/scenario/scenario.ts'
import { parseScenario } from '../../simulator/scenario/load-scenario.ts'
import { call } from '../../simulator/world/call.ts'
import { deployEbbtide } from '../../simulator/world/deploy-ebbtide.ts'
import { captureOutput } from '../../simulator/world/product-output.ts'
import { createWorld, type World } from '../../simulator/world/world.ts'

const scenario = parseScenario('removal', {
  description: 'A stack that chooses victims comes and goes.',
  cluster: 'web',
  groups: [
    {
      name: 'g',
      cpu: 4_096,
      memory: 8_192,
      desired: 2,
      max: 3,
      terminationPolicies: ['OldestInstance', 'Default'],
    },
  ],
  lastsSeconds: 60,
})

const policiesOf = ({ autoScaling }: World) =>
  call<DescribeAutoScalingGroupsCommandOutput>(autoScaling.model, 'DescribeAutoScalingGroups', {})
    .AutoScalingGroups?.[0]?.TerminationPolicies

describe('a stack that chooses victims', () => {
  it('gives the group its former termination policies back before its function goes, and leaves nothing behind', async () => {
    const world = createWorld(worldSpecOf(scenario), 1)
    const seenWithoutFunction: unknown[] = []
    const { deployment } = await deployEbbtide(world, { scale: 'advise', chooseVictims: 'on' })
    const functionArn = world.lambda.arnOf('ebbtide-web-choose-victims')
    world.simulation.watch(() => {
      if (!world.lambda.has(functionArn)) seenWithoutFunction.push(policiesOf(world))
    })
    const pass = (seconds: number) => world.simulation.runUntil(world.simulation.now() + seconds * 1_000)
    const endCapture = captureOutput(() => undefined)
    await pass(150)
    expect([deployment.status, deployment.failures]).toEqual(['CREATE_COMPLETE', []])
    expect(policiesOf(world)?.[0]).toBe(functionArn)
    deployment.remove()
    await pass(30)
    endCapture()
    expect([deployment.status, deployment.failures]).toEqual(['DELETE_COMPLETE', []])
    expect(seenWithoutFunction.length).toBeGreaterThan(0)
    for (const policies of seenWithoutFunction) expect(policies).toEqual(['OldestInstance', 'Default'])
    expect([world.sqs.queues, world.s3.buckets, world.eventBridge.rules]).toEqual([[], [], []])
    expect(world.transport.refusals).toEqual([])
  })
})
