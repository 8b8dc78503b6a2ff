import type { Simulation } from '../../engine/simulation.ts'
import { CAPACITY_LOOP_SECONDS } from './capacity-loop.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import type { Lifecycle } from './lifecycle.ts'
import { isReadyInPool, isRetained } from './lifecycle-state.ts'
import type { Member } from './member.ts'
import { OncePerGroup } from './once-per-group.ts'
import { poolMembers, wantedPoolSize, type WarmPool } from './warm-pool.ts'
import type { WarmPoolLifecycle } from './warm-pool-lifecycle.ts'
import { zoneForWarming } from './zone-choice.ts'

interface WarmPoolsOptions {
  readonly simulation: Simulation
  readonly lifecycle: Lifecycle
  readonly warmPoolLifecycle: WarmPoolLifecycle
}

/** Keeps the groups' warm pools at their size, and takes deleted pools down. */
export class WarmPools {
  readonly #options: WarmPoolsOptions
  readonly #loop: OncePerGroup

  constructor(options: WarmPoolsOptions) {
    this.#options = options
    const { simulation, lifecycle } = options
    this.#loop = new OncePerGroup({
      simulation,
      delaySeconds: CAPACITY_LOOP_SECONDS,
      work: (group) => this.#balance(group),
    })
    lifecycle.onChange((group) => this.look(group))
  }

  /** Has the group's pool, if it has one, brought to its size soon. */
  look(group: Group): void {
    if (group.warmPool !== undefined) this.#loop.ask(group)
  }

  /** Instances that already rest in the pool keep their state when the pool's changes. */
  put(group: Group, pool: WarmPool): void {
    group.warmPool = pool
    this.look(group)
  }

  /** The pool that a group has when the world begins: filled, and at rest. */
  fill(group: Group, pool: WarmPool): void {
    group.warmPool = pool
    const since = group.createdAt
    for (let size = 0; size < wantedPoolSize(group, pool); size += 1) {
      const cause = causes.poolGrowth(since, size, size + 1)
      this.#options.warmPoolLifecycle.adopt(group, zoneForWarming(group), cause)
    }
  }

  /** Takes the pool down: each instance leaves past the termination hooks when it is ready in the pool. */
  delete(group: Group): void {
    if (group.warmPool === undefined) return
    group.warmPool = { ...group.warmPool, status: 'PendingDelete' }
    this.look(group)
  }

  /**
   * Deletes without waiting for instances to be ready. Lifecycle actions that hold them on their way into the pool are
   * dropped; the termination hooks run nevertheless, as was measured.
   */
  deleteByForce(group: Group): void {
    this.delete(group)
    for (const member of poolMembers(group)) this.#terminate(group, member)
  }

  #balance(group: Group): void {
    const { warmPool } = group
    if (warmPool === undefined) return
    const size = poolMembers(group).length
    const wanted = wantedPoolSize(group, warmPool)
    if (wanted > size) this.#grow(group, size, wanted)
    if (wanted < size || warmPool.status === 'PendingDelete') this.#shrink(group, warmPool, size - wanted)
    if (warmPool.status === 'PendingDelete' && group.warmed.length === 0) group.warmPool = undefined
  }

  #grow(group: Group, from: number, to: number): void {
    if (group.isSuspended('Launch')) return
    const cause = causes.poolGrowth(this.#options.simulation.now(), from, to)
    for (let launched = from; launched < to; launched += 1)
      if (this.#options.warmPoolLifecycle.launch(group, zoneForWarming(group), cause) === undefined) return
  }

  /** What the group still lacks will come out of the pool, so that much stays while launches are suspended. */
  #shrink(group: Group, pool: WarmPool, excess: number): void {
    if (group.isSuspended('Terminate')) return
    const lacking = Math.max(0, group.desired + group.surplus - group.capacity.length)
    const isDeleted = pool.status === 'PendingDelete'
    const leavers = group.warmed.filter(
      ({ state }) => isReadyInPool(state) || (isDeleted && isRetained(state)),
    )
    const count = isDeleted ? leavers.length : Math.max(0, excess - lacking)
    const oldestFirst = leavers.toSorted((a, b) => a.launchedAt - b.launchedAt)
    for (const member of oldestFirst.slice(0, count)) this.#terminate(group, member)
  }

  #terminate(group: Group, member: Member): void {
    const { lifecycle, simulation } = this.#options
    lifecycle.terminate(group, member, causes.poolShrinking(simulation.now(), member.instanceId))
  }
}
