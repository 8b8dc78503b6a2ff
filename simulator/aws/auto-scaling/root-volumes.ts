import type { AutoScalingAssumptions } from './assumptions.ts'
import { causes } from './cause.ts'
import type { Group } from './group.ts'
import { replacingRootVolume, rootVolumeReplaced } from './journey.ts'
import { TERMINATING_SECONDS, type Lifecycle, type LifecycleOptions } from './lifecycle.ts'
import type { Member } from './member.ts'

/** What a replacement of a root volume brings, and why. */
interface RootVolumeChange {
  readonly imageId: string
  readonly cause: string
}

/**
 * Gives instances a new root volume: out of service past the termination hooks, a reboot, and back past the launch hooks
 * ("Replace root volumes during instance refresh"). The instance keeps its id and never stops counting as capacity.
 */
export class RootVolumes {
  readonly #options: LifecycleOptions & { readonly assumptions: AutoScalingAssumptions }
  readonly #lifecycle: Lifecycle
  /** The image that each instance is rebooting from. */
  readonly #rebooting = new Map<Member, string>()

  constructor(
    options: LifecycleOptions & {
      readonly lifecycle: Lifecycle
      readonly assumptions: AutoScalingAssumptions
    },
  ) {
    this.#options = options
    this.#lifecycle = options.lifecycle
    options.machines.onReboot(({ instanceId }, phase) => {
      if (phase === 'up') this.#onReplaced(instanceId)
    })
  }

  replace(group: Group, member: Member, { imageId, cause }: RootVolumeChange): void {
    const { activities, roster, simulation, hooks } = this.#options
    member.setOut(replacingRootVolume)
    const activity = activities.begin(group, member, cause)
    member.activity = activity
    roster.changed(group, member)
    simulation.after(TERMINATING_SECONDS * 1_000, () => {
      // The machine may have died meanwhile, and the instance with it.
      if (member.activity !== activity) return
      hooks.hold(group, member, (end) => {
        if (end?.result === 'ABANDON') this.#onAbandoned(group, member, imageId)
        else this.#reboot(member, imageId)
      })
    })
  }

  #onAbandoned(group: Group, member: Member, imageId: string): void {
    const { assumptions, simulation } = this.#options
    if (assumptions.abandonedRootVolumeReplacement === 'goes-on') return this.#reboot(member, imageId)
    this.#lifecycle.terminate(group, member, causes.abandonedRootVolume(simulation.now()))
  }

  /** A machine that is dead by now is left to the health checks. */
  #reboot(member: Member, imageId: string): void {
    const { machines } = this.#options
    if (machines.find(member.instanceId)?.state !== 'running') return
    this.#rebooting.set(member, imageId)
    machines.replaceRootVolume(member.instanceId)
  }

  #onReplaced(instanceId: string): void {
    const found = this.#lifecycle.find(instanceId)
    if (found === undefined) return
    const { group, member } = found
    const imageId = this.#rebooting.get(member)
    this.#rebooting.delete(member)
    if (imageId === undefined || member.journey !== replacingRootVolume) return
    member.imageId = imageId
    member.moveTo('RootVolumeReplaced')
    member.setOut(rootVolumeReplaced)
    this.#lifecycle.enterService(group, member)
  }
}
