import type {
  DescribeInstanceStatusCommandInput,
  DescribeInstanceStatusCommandOutput,
} from '@aws-sdk/client-ec2'

import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import type { Machine } from './machine.ts'
import type { ScheduledEvent } from './machine-notices.ts'

type Output = Omit<DescribeInstanceStatusCommandOutput, '$metadata'>

/**
 * Answers `DescribeInstanceStatus` for running machines, as EC2 does by default, with what is scheduled for them. Only the
 * filter `event.code` is modelled, and without it every running machine is listed.
 */
export const describeInstanceStatus = (
  machines: readonly Machine[],
  scheduled: ReadonlyMap<string, ScheduledEvent>,
  input: DescribeInstanceStatusCommandInput,
): Output => {
  refuseUnmodelledMembers('DescribeInstanceStatus', input, ['Filters'])
  const codes = (input.Filters ?? []).flatMap(({ Name, Values = [] }) => {
    if (Name !== 'event.code') throw notModelled(`DescribeInstanceStatus with the filter ${Name}`)
    return Values
  })
  const running = machines.filter(({ state }) => state === 'running')
  const asked = running.filter(({ instanceId }) => {
    const event = scheduled.get(instanceId)
    return input.Filters === undefined || (event !== undefined && codes.includes(event.code))
  })
  return {
    InstanceStatuses: asked.map(({ instanceId, availabilityZone }) => ({
      InstanceId: instanceId,
      AvailabilityZone: availabilityZone,
      InstanceState: { Code: 16, Name: 'running' },
      Events: eventsOf(scheduled.get(instanceId)),
    })),
  }
}

const eventsOf = (event: ScheduledEvent | undefined) =>
  event === undefined
    ? []
    : [
        {
          Code: event.code,
          Description: 'The instance is running on degraded hardware',
          NotBefore: new Date(event.startsAt),
        },
      ]
