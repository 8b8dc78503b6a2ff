import type { DescribeServicesCommandOutput } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { stepInWords } from '../../../simulator/view/step-words.ts'
import { call } from '../../../simulator/world/call.ts'

const scenario = (step: Record<string, unknown>) =>
  parseScenario('deployment', {
    description: 'A service is deployed.',
    cluster: 'web',
    groups: [{ name: 'g', cpu: 2_048, memory: 4_096, desired: 2, max: 2 }],
    services: [{ name: 'shop', cpu: 256, memory: 256, desired: 4, startSeconds: 10 }],
    script: [{ do: 'deploy', atSeconds: 30, service: 'shop', ...step }],
    lastsSeconds: 300,
  })

const wordsOf = (step: Record<string, unknown>) => scenario(step).script.map(stepInWords)

describe('the step deploy', () => {
  it('rolls out the next revision of the service: each task gives way to one with the changes', async () => {
    const { world, recording } = await rehearse({
      scenario: scenario({ cpu: 128, startSeconds: 20 }),
      seed: 1,
      ebbtide: 'absent',
    })
    const { services: [shop] = [] } = call<DescribeServicesCommandOutput>(
      world.ecs.model,
      'DescribeServices',
      {
        cluster: 'web',
        services: ['shop'],
      },
    )
    expect(shop?.taskDefinition).toMatch(/\/shop:2$/)
    expect(shop?.deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 4 }])
    expect(recording.endedTasks).toHaveLength(4)
  })

  it('is told with what it changes', () => {
    expect(wordsOf({})).toEqual(['somebody deploys the next revision of shop'])
    expect(wordsOf({ startSeconds: 40, memory: 512 })).toEqual([
      'somebody deploys the next revision of shop: memory 512, startSeconds 40',
    ])
  })

  it('names a service of the scenario', () => {
    expect(() => wordsOf({ service: 'shpo' })).toThrow(
      'script[0].service names shpo, but there is only shop.',
    )
  })
})
