import * as z from 'zod/mini'

import { millisecondsOfIsoTime, text } from './field-schemas.ts'
import { isFields, type Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { ScheduledChangeSignal, Signal } from './signal.ts'

/*
 * The detail of "AWS Health Event" ("Reference: AWS Health events Amazon EventBridge schema",
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html), with only the fields that are
 * read. An event on many machines comes in pages, each a message of its own with machines of its own, so that no page
 * has to wait for another.
 *
 *     {
 *       "service": "EC2",
 *       "eventTypeCode": "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED",
 *       "eventTypeCategory": "scheduledChange",
 *       "startTime": "Fri, 04 Dec 2026 13:19:03 GMT",
 *       "statusCode": "upcoming",
 *       "eventRegion": "eu-west-1",
 *       "affectedEntities": [
 *         { "entityValue": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0", "status": "PENDING" },
 *         { "entityValue": "i-0fedcba9876543210", "status": "RESOLVED" }
 *       ],
 *       "backupEvent": "false",
 *       …
 *     }
 */

/** The end of an entity that is an instance, by its id or its ARN. A volume or a dedicated host ends otherwise. */
const INSTANCE = /(?:^|\/)(i-[0-9a-f]{8}(?:[0-9a-f]{9})?)$/

/** What is over for one machine while the event goes on for others. */
const OVER: readonly unknown[] = ['RESOLVED', 'UNIMPAIRED']

/** `Fri, 04 Dec 2026 13:19:03 GMT`. The day of the week is not checked: AWS's own samples have wrong ones. */
const HEALTH_TIME =
  /^[A-Z][a-z]{2}, \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/

const millisecondsOfHealthTime = z
  .pipe(
    z.string().check(z.regex(HEALTH_TIME)),
    z.transform((time) => Date.parse(time)),
  )
  .check(z.refine(Number.isFinite))

/** A start that cannot be read must not cost the warning. */
const startTime = z.catch(z.optional(millisecondsOfHealthTime), undefined)

const scheduledChange = z.pipe(
  z.object({
    eventTypeCode: text(/^[A-Z0-9_]{1,100}$/, 'is not the code of a Health event'),
    affectedEntities: z.pipe(
      z.array(z.unknown(), 'is not a list'),
      z.transform((entities) => instanceIdsIn(entities)),
    ),
    startTime,
    time: millisecondsOfIsoTime,
  }),
  z.transform(({ eventTypeCode, affectedEntities, startTime: startsAt, time }): Signal => {
    if (affectedEntities.length === 0) return otherHealthEvent
    const change: ScheduledChangeSignal = {
      kind: 'scheduled-change',
      instanceIds: affectedEntities,
      code: eventTypeCode,
      ...(startsAt === undefined ? {} : { startsAt }),
      occurredAt: time,
    }
    return change
  }),
)

const instanceIdsIn = (entities: readonly unknown[]): readonly string[] => [
  ...new Set(entities.flatMap((entity) => (isFields(entity) && !isOver(entity) ? idIn(entity) : []))),
]

const isOver = ({ status }: Fields): boolean => OVER.includes(status)

const idIn = ({ entityValue }: Fields): readonly string[] => {
  const id = typeof entityValue === 'string' ? INSTANCE.exec(entityValue)?.[1] : undefined
  return id === undefined ? [] : [id]
}

const otherHealthEvent: Signal = { kind: 'ignored', reason: 'other-health-event' }

/** Reads a Health event that was delivered in `region`. */
export const readHealthEvent = (fields: Fields, region: unknown): Signal => {
  const { service, eventTypeCategory, statusCode } = fields
  if (service !== 'EC2' || eventTypeCategory !== 'scheduledChange') return otherHealthEvent
  if (isBackupCopy(fields, region)) return { kind: 'ignored', reason: 'backup-copy' }
  // Documented are open, closed and upcoming; EC2 itself calls a scheduled event completed.
  if (statusCode === 'closed' || statusCode === 'completed')
    return { kind: 'ignored', reason: 'closed-health-event' }
  // Health may send an event before it knows which resources are affected: the field is not required.
  if (fields.affectedEntities === undefined) return otherHealthEvent
  return signalFromFields('an AWS Health event', scheduledChange, fields)
}

/**
 * Health sends every event to the machines' own region and a copy to a backup region, us-west-2 for most ("Creating
 * EventBridge rules for AWS Region coverage", https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html). There
 * it tells of machines in a region that the stack does not serve. Should somebody bring it back to the machines' region,
 * it is as good as the event itself: a second look does no harm.
 */
const isBackupCopy = ({ backupEvent, eventRegion }: Fields, region: unknown): boolean =>
  backupEvent === 'true' && eventRegion !== region
