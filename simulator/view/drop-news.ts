import type { Recording } from '../rehearsal/recording.ts'
import type { DroppedRequests, DropReason } from '../traffic/dropped-requests.ts'
import { counted, placesOf } from './counted.ts'
import { NO_NEWS, type News, type NewsSource } from './news.ts'

/** Requests that are dropped within this time for the same reason are told in one sentence. */
const TELLING_DELAY_MS = 2_000

/** Requests that got no answer. */
export const dropNews = ({ droppedRequests }: Recording): NewsSource => {
  let told = 0
  return (now) => {
    const first = droppedRequests[told]
    if (first === undefined || now - first.at < TELLING_DELAY_MS) return NO_NEWS
    const fresh = droppedRequests.slice(told)
    told = droppedRequests.length
    return [...Map.groupBy(fresh, ({ service, reason }) => `${service} ${reason}`).values()].map(newsOf)
  }
}

/** Of one service, for one reason. */
const newsOf = (drops: readonly DroppedRequests[]): News => {
  const counts = new Map<string, number>()
  for (const { instanceId, count } of drops)
    if (instanceId !== undefined) counts.set(instanceId, (counts.get(instanceId) ?? 0) + count)
  const sum = drops.reduce((total, { count }) => total + count, 0)
  const [{ service, reason } = { service: '', reason: 'no-target' as const }] = drops
  const where = counts.size === 0 ? '' : ` on ${placesOf(counts)}`
  return {
    text: `${service}: ${counted(sum, 'request')} dropped${where}, because ${reasons[reason]}`,
    tone: 'bad',
  }
}

const reasons: Readonly<Record<DropReason, string>> = {
  'no-target': 'the load balancer had no target for them',
  'dead-target': 'the target no longer answered',
  'machine-died': 'the machine died under them',
  'container-ended': 'the container ended under them',
  'deregistration-delay': 'the deregistration delay was over',
}
