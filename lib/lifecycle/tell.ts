import { publishNotification } from '../act/publish-notification.ts'
import type { Decision } from '../decide/decision.ts'
import type { DrainFacts } from '../decide/facts.ts'
import { parseMemory } from '../decide/memory.ts'
import type { Environment } from './environment.ts'

/**
 * Tells people once when a drain becomes stuck, is overdue, or its instance is retained: one log line and, where there
 * is a topic, one message for each change. A topic that cannot be reached never holds up a drain.
 */
export const tellIfStuck = async (
  environment: Environment,
  facts: DrainFacts,
  decision: Decision,
): Promise<void> => {
  const { told, telemetry, actor } = environment
  const news = newsOf(decision)
  const before = told.get(facts.instanceId) ?? rememberedNews(facts)
  if (news === undefined) {
    told.delete(facts.instanceId)
    return
  }
  told.set(facts.instanceId, news)
  if (news === before) return
  const { instanceId, autoScalingGroupName } = facts
  const { verdict, because, about, until } = decision
  const message = { cluster: actor.cluster, autoScalingGroupName, instanceId, verdict, because, about, until }
  telemetry.logger.warn('A drain is stuck', { ...message })
  const refusal = await publishNotification(actor, message)
  if (refusal !== undefined)
    telemetry.logger.warn('Could not tell about a drain', { instanceId, error: refusal })
}

const newsOf = ({ verdict, because, actions }: Decision): string | undefined => {
  const isRetained = actions.some((action) => action.do === 'complete' && action.outcome === 'retained')
  if (isRetained) return 'retained'
  return verdict === 'blocked' || verdict === 'overdue' ? `${verdict}: ${because}` : undefined
}

/** Another function may have told it already, and have left it in the memory of the drain. */
const rememberedNews = ({ containerInstance }: DrainFacts): string | undefined => {
  const blockedBy =
    containerInstance?.memory === undefined ? undefined : parseMemory(containerInstance.memory)?.blockedBy
  return blockedBy === undefined ? undefined : `blocked: ${blockedBy}`
}
