import {
  DeleteAttributesCommand,
  DeregisterContainerInstanceCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { perform, type Actor } from '../../../lib/act/perform.ts'
import type { Clients } from '../../../lib/aws/clients.ts'

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:container-instance/web/2dd1b186f39845a584488d2ef155c131'
const subject = { instanceId: 'i-0123456789abcdef0', autoScalingGroupName: 'ecs-web-a' }

describe('memory that ECS would not keep', () => {
  it.each([
    ['forget', DeleteAttributesCommand],
    ['deregister', DeregisterContainerInstanceCommand],
  ] as const)('is gone too after %s', async (what, Command) => {
    const sent: object[] = []
    const send = async (command: object) => {
      sent.push(command)
      return {}
    }
    const ecs = { send } as unknown as ECSClient
    const actor: Actor = {
      clients: { ecs } as unknown as Clients,
      clock: { now: () => 0 },
      cluster: 'web',
      hookName: 'ebbtide-web',
      wakesQueueUrl: '',
      refusedMemory: new Map([
        [ARN, 'v2:…'],
        ['another', 'v2:…'],
      ]),
    }
    await perform(actor, subject, { do: what, containerInstanceArn: ARN })
    expect(sent).toEqual([expect.any(Command)])
    expect([...actor.refusedMemory.keys()]).toEqual(['another'])
  })
})
