import { describe, expect, it } from '@jest/globals'
import { cachedTemplate } from '../../../deploy/cached-template.ts'
import { EventBridge } from '../../../simulator/aws/eventbridge/event-bridge.ts'
import { Lambda } from '../../../simulator/aws/lambda/lambda.ts'
import { S3 } from '../../../simulator/aws/s3/s3.ts'
import { Sqs } from '../../../simulator/aws/sqs/sqs.ts'
import { deployTemplate } from '../../../simulator/cloudformation/deploy.ts'
import { ResponseUrls } from '../../../simulator/cloudformation/response-urls.ts'
import { functionsOf } from '../../../simulator/cloudformation/functions.ts'
import type { DeployedLifecycleHook } from '../../../simulator/cloudformation/lifecycle-hooks.ts'
import { Simulation } from '../../../simulator/engine/simulation.ts'
import { readSettings } from '../../../lib/settings.ts'

const account = { region: 'eu-west-1', accountId: '111122223333' }

describe('the stack that is packaged', () => {
  it.each(['eventbridge', 'sqs'])(
    'can be deployed in the simulator, with settings that its functions accept, when hooks deliver by %s',
    async (hookDelivery) => {
      const template = await cachedTemplate({ cluster: 'web', groups: 'ecs-web-a,ecs-web-b', hookDelivery })
      const simulation = new Simulation({ seed: 1 })
      const sqs = new Sqs({ simulation, account })
      const hooks: DeployedLifecycleHook[] = []
      const { stack } = deployTemplate({
        simulation,
        responseUrls: new ResponseUrls(simulation),
        template,
        ...account,
        stackName: 'ebbtide-web',
        sqs,
        s3: new S3({ simulation }),
        lambda: new Lambda({ simulation, account }),
        eventBridge: new EventBridge({ simulation, account, deliver: () => undefined }),
        createHandler: () => () => () => Promise.resolve(),
        putLifecycleHook: (hook) => hooks.push(hook),
      })
      expect(hooks.map(({ autoScalingGroupName }) => autoScalingGroupName)).toEqual([
        'ecs-web-a',
        'ecs-web-b',
      ])
      for (const { variables } of functionsOf(stack)) {
        const { cluster, groups, signalsQueueUrl } = readSettings(variables)
        expect([cluster, groups]).toEqual(['web', ['ecs-web-a', 'ecs-web-b']])
        expect(() => sqs.queueByUrl(signalsQueueUrl)).not.toThrow()
      }
    },
    60_000,
  )
})
