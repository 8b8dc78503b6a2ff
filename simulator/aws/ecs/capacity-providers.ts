import type { Attachment, AutoScalingGroupProvider, CapacityProvider } from '@aws-sdk/client-ecs'
import type { Random } from '../../engine/random.ts'
import { uuid } from '../../engine/uuid.ts'
import type { Arns } from './arns.ts'
import { capacityProviderNameOf, managedScalingOf, type EcsGroup } from './ecs-group.ts'
import { MANAGED_DRAINING_HOOK_NAME } from './managed-draining-hook.ts'

interface CapacityProvidersOptions {
  readonly groups: readonly EcsGroup[]
  readonly arns: Arns
  readonly random: Random
  readonly groupArnOf: (groupName: string) => string
}

/** AWS's own, which every account has. */
const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT']

/** The cluster's capacity providers: one for each group with managed draining or managed scaling. */
export class CapacityProviders {
  readonly #options: CapacityProvidersOptions
  readonly #groups = new Map<string, EcsGroup>()
  readonly #attachmentIds = new Map<string, string>()

  constructor(options: CapacityProvidersOptions) {
    this.#options = options
    for (const group of options.groups) {
      const name = capacityProviderNameOf(group)
      if (name === undefined) continue
      this.#groups.set(name, group)
      if (group.managedDraining === true) this.#attachmentIds.set(name, uuid(options.random))
    }
  }

  /** Those of the cluster. */
  get names(): readonly string[] {
    return [...this.#groups.keys()]
  }

  arnOf(name: string): string {
    return this.#options.arns.capacityProvider(name)
  }

  /** As DescribeCapacityProviders shows them. Each call returns new objects. */
  view(): readonly CapacityProvider[] {
    const ours = Array.from(this.#groups, ([name, group]) => ({
      ...this.#common(name),
      updateStatus: 'UPDATE_COMPLETE' as const,
      autoScalingGroupProvider: {
        autoScalingGroupArn: this.#options.groupArnOf(group.name),
        ...viewManagedScaling(group),
        managedDraining: stateOf(group.managedDraining),
      },
    }))
    return [...ours, ...FARGATE_PROVIDERS.map((name) => this.#common(name))]
  }

  /** As DescribeClusters shows what the cluster is tied to by them. */
  viewAttachments(): Attachment[] {
    return Array.from(this.#attachmentIds, ([name, id]) => ({
      id,
      type: 'managed_draining',
      status: 'CREATED',
      details: [
        { name: 'capacityProviderName', value: name },
        { name: 'autoScalingLifecycleHookName', value: MANAGED_DRAINING_HOOK_NAME },
      ],
    }))
  }

  #common(name: string) {
    return { capacityProviderArn: this.arnOf(name), name, status: 'ACTIVE' as const, tags: [] }
  }
}

const viewManagedScaling = (
  group: EcsGroup,
): Pick<AutoScalingGroupProvider, 'managedScaling' | 'managedTerminationProtection'> => {
  const settings = managedScalingOf(group)
  if (settings === undefined)
    return { managedScaling: { status: 'DISABLED' }, managedTerminationProtection: 'DISABLED' }
  const { targetCapacity, minimumScalingStepSize, maximumScalingStepSize } = settings
  const { instanceWarmupPeriodSeconds: instanceWarmupPeriod, managedTerminationProtection } = settings
  const steps = { minimumScalingStepSize, maximumScalingStepSize }
  return {
    managedScaling: { status: 'ENABLED', targetCapacity, ...steps, instanceWarmupPeriod },
    managedTerminationProtection: stateOf(managedTerminationProtection),
  }
}

const stateOf = (isOn: unknown) => (isOn === true ? ('ENABLED' as const) : ('DISABLED' as const))
