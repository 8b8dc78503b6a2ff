import type { RareState } from '../faults/reached.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import type { World } from '../world/world.ts'

/** What a step of the script means, if it is not refused, for the drains that are on their way when it comes. */
export const stateOfStep = (world: World, step: ScriptStep): RareState | undefined =>
  always[step.do] ?? (isAnyHeld(world) ? whileHeld[step.do] : undefined)

type States = Readonly<Partial<Record<ScriptStep['do'], RareState>>>

const always: States = { 'lose-zone': 'zone lost', 'spot-interruption': 'Spot reclaim' }

const whileHeld: States = {
  'put-hook': 'hook changed',
  'update-service': 'bounds changed',
  deploy: 'deployment running',
}

const isAnyHeld = ({ autoScaling, spec }: World): boolean =>
  autoScaling.waitingActions().some(({ hookName }) => hookName === `ebbtide-${spec.cluster}`)
