import type { Decision } from './decision.ts'
import type { DrainFacts } from './facts.ts'
import { parseMemory } from './memory.ts'

/**
 * An orphan is in service again, or still, while the DRAINING that we set keeps ECS from using it: its hook was taken
 * away, or it came back. One look may be stale; two in a row are believed. What others set to DRAINING stays theirs.
 *
 * Undefined: this is no orphan.
 */
export const decideOrphan = (facts: DrainFacts): Decision | undefined => {
  const { containerInstance, lifecycleState, orphanSince } = facts
  if (containerInstance === undefined || !isOrphan(facts) || orphanSince === undefined) return undefined
  if (lifecycleState !== 'InService' || facts.now <= orphanSince) return undefined
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

export const isOrphan = ({ lifecycleState, containerInstance }: DrainFacts): boolean =>
  lifecycleState === 'InService' &&
  containerInstance?.status === 'DRAINING' &&
  containerInstance.memory !== undefined &&
  parseMemory(containerInstance.memory)?.drainedBy === 'us'
