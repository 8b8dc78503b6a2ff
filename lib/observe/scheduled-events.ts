import { DescribeInstanceStatusCommand, type EC2Client, type InstanceStatus } from '@aws-sdk/client-ec2'

import { during } from '../aws/errors.ts'
import { allPages } from '../aws/pages.ts'
import type { Notice } from '../decide/facts.ts'
import type { Memo } from './memo.ts'

/** Events that end a machine, or take it away for a while ("Scheduled events for Amazon EC2 instances"). */
const CODES = [
  'instance-retirement',
  'instance-stop',
  'instance-reboot',
  'system-reboot',
  'system-maintenance',
]

/** EC2 keeps an event that is over for a while, and says so at the beginning of its description. */
const OVER = /^\[(Completed|Canceled)\]/

interface ScheduledEventsQuestion {
  readonly ec2: EC2Client
  readonly memo: Memo<ReadonlyMap<string, Notice>>
  readonly now: number
}

/**
 * What EC2 itself says is scheduled, by instance id. AWS Health announces it once, perhaps weeks ahead; asked here, nobody
 * has to remember that until its time comes.
 */
export const readScheduledEvents = async ({ ec2, memo, now }: ScheduledEventsQuestion) => {
  const known = memo.get('all')
  if (known !== undefined) return known
  const statuses = await during('describing scheduled events of EC2 instances', () =>
    allPages(async (NextToken) => {
      const command = new DescribeInstanceStatusCommand({
        Filters: [{ Name: 'event.code', Values: CODES }],
        NextToken,
      })
      const answer = await ec2.send(command)
      return { items: answer.InstanceStatuses ?? [], token: answer.NextToken }
    }),
  )
  const notices = new Map<string, Notice>()
  for (const status of statuses) {
    const startsAt = firstStart(status)
    if (status.InstanceId !== undefined && startsAt !== undefined)
      notices.set(status.InstanceId, { kind: 'health', at: now, startsAt })
  }
  memo.set('all', notices)
  return notices
}

/** Undefined: nothing is scheduled any more. */
const firstStart = ({ Events = [] }: InstanceStatus): number | undefined => {
  const ahead = Events.filter(({ Description = '' }) => !OVER.test(Description))
  const starts = ahead.flatMap(({ NotBefore }) => (NotBefore === undefined ? [] : [NotBefore.getTime()]))
  return starts.length === 0 ? undefined : Math.min(...starts)
}
