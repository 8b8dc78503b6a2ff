import * as z from 'zod/mini'

import { instanceId, millisecondsOfIsoTime } from './field-schemas.ts'
import type { Fields } from './message.ts'
import { signalFromFields } from './signal-from-fields.ts'
import type { RebalanceRecommendationSignal, Signal } from './signal.ts'

/*
 * The detail of "EC2 Instance Rebalance Recommendation" ("EC2 instance rebalance recommendations"):
 *
 *     { "instance-id": "i-0123456789abcdef0" }
 */
const rebalanceRecommendation = z.pipe(
  z.object({ 'instance-id': instanceId, time: millisecondsOfIsoTime }),
  z.transform((fields): RebalanceRecommendationSignal => ({
    kind: 'rebalance-recommendation',
    instanceId: fields['instance-id'],
    occurredAt: fields.time,
  })),
)

export const readRebalanceRecommendation = (fields: Fields): Signal =>
  signalFromFields('a rebalance recommendation', rebalanceRecommendation, fields)
