import type { RareState } from '../faults/reached.ts'
import { oldestInService } from '../scenario/chosen-instances.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import type { World } from '../world/world.ts'

/**
 * What a step of the script means, if it is not refused, for the drains that are on their way when it comes. What happens to
 * groups of others means nothing.
 */
export const stateOfStep = (
  world: World,
  stackGroups: readonly string[],
  step: ScriptStep,
): RareState | undefined => {
  if ('group' in step && !stackGroups.includes(step.group)) return undefined
  if (step.do === 'terminate-by-hand')
    return oldestInService(world, step).length > 0 ? 'terminated by hand' : undefined
  return always[step.do] ?? (isAnyHeld(world, stackGroups) ? stateWhileHeld(step) : undefined)
}

/** Not every update of a service changes its bounds. */
const stateWhileHeld = (step: ScriptStep): RareState | undefined => {
  if (step.do !== 'update-service') return whileHeld[step.do]
  const { minimumHealthyPercent, maximumPercent } = step
  return minimumHealthyPercent === undefined && maximumPercent === undefined ? undefined : 'bounds changed'
}

type States = Readonly<Partial<Record<ScriptStep['do'], RareState>>>

const always: States = { 'lose-zone': 'zone lost', 'spot-interruption': 'Spot reclaim' }

const whileHeld: States = {
  'put-hook': 'hook changed',
  deploy: 'deployment running',
}

const isAnyHeld = ({ autoScaling, spec }: World, stackGroups: readonly string[]): boolean =>
  autoScaling
    .waitingActions()
    .some(
      ({ hookName, autoScalingGroupName }) =>
        hookName === `ebbtide-${spec.cluster}` && stackGroups.includes(autoScalingGroupName),
    )
