import type { AwsEvent } from '../event.ts'
import type { Account } from './notice-events.ts'

/** A retirement of instances that AWS Health announces. Times are milliseconds since 1970. */
export interface Retirement {
  /** Tells one event from another; AWS puts it at the end of the event's ARN. */
  readonly id: string
  readonly instanceIds: readonly string[]
  readonly announcedAt: number
  readonly startsAt: number
  /** Entities are named by bare ids or by ARNs: both are seen. */
  readonly entityForm: 'id' | 'arn'
  /** One event is cut into pages when it has more entities than this. */
  readonly entitiesPerPage: number
}

/**
 * The pages of one `AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED` event ("AWS Health events EventBridge schema"). Dates inside
 * `detail` are written as in HTTP, page numbers and `backupEvent` are strings, and the communication's id ends in the
 * page number.
 */
export const retirementEvents = (retirement: Retirement, account: Account): readonly AwsEvent[] => {
  const pages = pagesOf(retirement)
  return pages.map((instanceIds, index) => ({
    source: 'aws.health',
    detailType: 'AWS Health Event',
    resources: instanceIds,
    detail: {
      ...eventDetail(retirement, account),
      communicationId: `${retirement.id}-${index + 1}`,
      affectedEntities: instanceIds.map((instanceId) => ({
        entityValue: entityValue(instanceId, retirement, account),
        status: 'PENDING',
      })),
      page: String(index + 1),
      totalPages: String(pages.length),
    },
  }))
}

const CODE = 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED'

const eventDetail = (retirement: Retirement, account: Account) => ({
  eventArn: `arn:aws:health:${account.region}::event/EC2/${CODE}/${CODE}_${retirement.id}`,
  service: 'EC2',
  eventTypeCode: CODE,
  eventTypeCategory: 'scheduledChange',
  eventScopeCode: 'ACCOUNT_SPECIFIC',
  startTime: new Date(retirement.startsAt).toUTCString(),
  lastUpdatedTime: new Date(retirement.announcedAt).toUTCString(),
  statusCode: 'upcoming',
  eventRegion: account.region,
  eventDescription: [{ language: 'en_US', latestDescription: 'Instances are to be retired.' }],
  affectedAccount: account.accountId,
  backupEvent: 'false',
})

const entityValue = (instanceId: string, { entityForm }: Retirement, account: Account): string =>
  entityForm === 'id'
    ? instanceId
    : `arn:aws:ec2:${account.region}:${account.accountId}:instance/${instanceId}`

const pagesOf = ({ instanceIds, entitiesPerPage }: Retirement): readonly (readonly string[])[] => {
  const pages: (readonly string[])[] = []
  for (let start = 0; start < instanceIds.length; start += entitiesPerPage)
    pages.push(instanceIds.slice(start, start + entitiesPerPage))
  return pages
}
