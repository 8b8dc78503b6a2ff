import type { Decision } from './decision.ts'
import type { DrainFacts } from './facts.ts'
import { isOurDraining, parseMemory, type WrittenMemory } from './memory.ts'

/** A drain that began with a notice may be without a termination for so long; then nothing came of it. */
const NOTICE_PATIENCE_SECONDS = 600

/** Two looks closer together may show the same stale answer twice. */
const BETWEEN_LOOKS_SECONDS = 30

/**
 * An orphan is in service again, or still, or held by a launch hook on its way from the warm pool, while the DRAINING that we set keeps ECS from using it: its hook was taken
 * away, or it came back. One look may be stale; two some time apart are believed, and one where we know that it was to come
 * back. What others set to DRAINING stays theirs.
 *
 * Undefined: this is no orphan.
 */
export const decideOrphan = (facts: DrainFacts): Decision | undefined => {
  const { containerInstance, orphanSince, now } = facts
  const memory = memoryOfOrphan(facts)
  if (containerInstance === undefined || memory === undefined || orphanSince === undefined) return undefined
  if (!memory.isEnded && now - orphanSince < 1_000 * BETWEEN_LOOKS_SECONDS) return undefined
  const containerInstanceArn = containerInstance.arn
  return {
    verdict: 'release',
    because: 'orphan',
    actions: [
      { do: 'set-active', containerInstanceArn },
      { do: 'forget', containerInstanceArn },
    ],
  }
}

export const isOrphan = (facts: DrainFacts): boolean => memoryOfOrphan(facts) !== undefined

/** What made it an orphan. Undefined: it is none. */
const memoryOfOrphan = ({
  lifecycleState,
  containerInstance,
  now,
}: DrainFacts): WrittenMemory | undefined => {
  if (containerInstance?.status !== 'DRAINING') return undefined
  const memory = parseMemory(containerInstance.memory ?? '')
  if (memory === undefined || !isOurDraining(memory, now)) return undefined
  const isBack = lifecycleState === 'InService' || (lifecycleState === 'Pending:Wait' && memory.isEnded)
  const isAwaited =
    memory.noticedAt !== undefined && now - memory.noticedAt <= NOTICE_PATIENCE_SECONDS * 1_000
  return isBack && !isAwaited ? memory : undefined
}
