import { describe, expect, it, jest } from '@jest/globals'

import { handleCustomResource } from '../../../lib/scaling/attach.ts'
import type { AttachClients } from '../../../lib/aws/attach-clients.ts'
import { Telemetry } from '../../../lib/telemetry.ts'
import type { Timer } from '../../../lib/timer.ts'

const GROUP = 'ecs-web-a'
const CHOOSER = 'arn:aws:lambda:eu-west-1:111122223333:function:choose'
const ROLE =
  'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'

const request = (RequestType: 'Create' | 'Delete') => ({
  RequestType,
  ResponseURL: 'https://answers.example/1',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Group',
  ResourceType: 'Custom::ScaledGroup',
  ResourceProperties: { AutoScalingGroupName: GROUP, TerminationPolicy: CHOOSER },
})

interface Double {
  /** The role may write from then on. */
  readonly allowedAfterMs?: number
  readonly overrides?: readonly object[]
}

/** Answers as Auto Scaling does, and refuses what it does not know. */
const setUp = ({ allowedAfterMs = 0, overrides = [] }: Double) => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  jest.spyOn(process.stderr, 'write').mockReturnValue(true)
  let now = 0
  const after: Timer = (milliseconds, work) => {
    now += milliseconds
    work()
    return { cancel: () => undefined }
  }
  const writes: string[] = []
  const answers: unknown[] = []
  const group = {
    TerminationPolicies: ['Default'],
    ServiceLinkedRoleARN: ROLE,
    MixedInstancesPolicy: { LaunchTemplate: { Overrides: overrides } },
  }
  const send = (command: object): Promise<object> => {
    const name = command.constructor.name.replace(/Command$/, '')
    if (name === 'DescribeAutoScalingGroups') return Promise.resolve({ AutoScalingGroups: [group] })
    if (!['CreateOrUpdateTags', 'UpdateAutoScalingGroup', 'DeleteTags'].includes(name))
      throw new Error(`the double does not know ${name}`)
    if (now < allowedAfterMs)
      return Promise.reject(Object.assign(new Error('not authorized'), { name: 'AccessDenied' }))
    writes.push(name)
    return Promise.resolve({})
  }
  const clients = {
    autoScaling: { send },
    respond: (_url: string, body: string) => Promise.resolve(void answers.push(JSON.parse(body))),
  } as unknown as AttachClients
  const environment = { clients, clock: { now: () => now }, after, telemetry: new Telemetry('web') }
  return { environment, writes, answers }
}

describe('a group that the stack begins to scale', () => {
  it('is attached although the rights of a new role take some seconds to arrive', async () => {
    const { environment, writes, answers } = setUp({ allowedAfterMs: 12_000 })
    await handleCustomResource(environment, request('Create'))
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: GROUP })])
    expect(writes).toEqual(['CreateOrUpdateTags', 'UpdateAutoScalingGroup'])
  })

  it('is given up when they have not arrived after half a minute, which CloudFormation is told', async () => {
    const { environment, writes, answers } = setUp({ allowedAfterMs: Infinity })
    await handleCustomResource(environment, request('Create'))
    expect(answers).toEqual([
      expect.objectContaining({
        Status: 'FAILED',
        Reason: expect.stringContaining('AccessDenied') as unknown,
      }),
    ])
    expect(writes).toEqual([])
    expect(environment.clock.now()).toBeLessThan(60_000)
  })

  it('is refused where its capacity is counted in weights: it could never shrink', async () => {
    const { environment, writes, answers } = setUp({ overrides: [{ WeightedCapacity: '2' }] })
    await handleCustomResource(environment, request('Create'))
    expect(answers).toEqual([
      expect.objectContaining({
        Status: 'FAILED',
        Reason:
          'ecs-web-a counts its capacity in weights, of which Ebbtide proves no removal, so it could never shrink: take the weights off its overrides, or set --param chooseVictims=off',
      }),
    ])
    expect(writes).toEqual([])
  })

  it('is let go of whatever it counts in', async () => {
    const { environment, answers } = setUp({ overrides: [{ WeightedCapacity: '2' }] })
    await handleCustomResource(environment, request('Delete'))
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })])
  })
})
