import type { WaitingAction } from '../aws/auto-scaling/lifecycle-actions.ts'
import type { World } from '../world/world.ts'
import { isOurLaunch, launchDeadlineOf, type Watch } from './watch.ts'

/** Since when instances that our launch hook holds have been such that ECS can use them, as far as looks have shown. */
export class UsableLaunches {
  readonly #watch: Watch
  readonly #since = new Map<string, number>()

  constructor(watch: Watch) {
    this.#watch = watch
  }

  look(): void {
    const { world } = this.#watch
    const usable = world.autoScaling
      .waitingActions()
      .filter((action) => isOurLaunch(this.#watch, action) && isUsable(world, action))
      .map(({ instanceId }) => instanceId)
    for (const id of this.#since.keys()) if (!usable.includes(id)) this.#since.delete(id)
    for (const id of usable) this.#since.set(id, this.#since.get(id) ?? world.simulation.now())
  }

  /** When the launch is to be let go: it is ready, or it has had its time. */
  endOf(action: WaitingAction): number {
    return Math.min(this.#since.get(action.instanceId) ?? Infinity, launchDeadlineOf(this.#watch, action))
  }
}

/** In a warm pool it need not be in the cluster. Elsewhere it is ACTIVE, its agent is heard and every daemon runs. */
const isUsable = ({ ecs, spec }: World, { instanceId, waitsIn }: WaitingAction): boolean => {
  if (waitsIn === 'Warmed:Pending:Wait') return true
  const containerInstance = ecs.containerInstanceOn(instanceId)
  if (containerInstance?.status !== 'ACTIVE' || !containerInstance.agentConnected) return false
  const running = ecs.tasksOn(instanceId).filter(({ lastStatus }) => lastStatus === 'RUNNING')
  return spec.daemons.every(({ name }) => running.some(({ group }) => group === `service:${name}`))
}
