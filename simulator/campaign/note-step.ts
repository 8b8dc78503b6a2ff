import type { RareState, Reached } from '../faults/reached.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import type { World } from '../world/world.ts'

/** Notes what a step of the script means for the drains that are on their way when it comes. */
export const noteStep = (world: World, step: ScriptStep, reached: Reached): void => {
  const state = always[step.do] ?? (isAnyHeld(world) ? whileHeld[step.do] : undefined)
  if (state !== undefined) reached.add(state)
}

type States = Readonly<Partial<Record<ScriptStep['do'], RareState>>>

const always: States = { 'lose-zone': 'zone lost', 'spot-interruption': 'Spot reclaim' }

const whileHeld: States = {
  'put-hook': 'hook changed',
  'update-service': 'bounds changed',
  deploy: 'deployment running',
}

const isAnyHeld = ({ autoScaling, spec }: World): boolean =>
  autoScaling.waitingActions().some(({ hookName }) => hookName === `ebbtide-${spec.cluster}`)
