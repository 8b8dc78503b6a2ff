import type { AutoScalingGroup, DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'
import type { Operation, ServiceModel } from '../operation.ts'

/** What ECS asks of Auto Scaling by itself, through its service-linked role: no transport, no fault, no permission. */
export class OwnAutoScaling {
  readonly #model: (() => ServiceModel) | undefined

  constructor(model: (() => ServiceModel) | undefined) {
    this.#model = model
  }

  /** @throws {ServiceError} as Auto Scaling answers. */
  readonly ask = (operation: string, input: object): void => {
    this.#operation(operation)(input as never)
  }

  readonly groupArnOf = (groupName: string): string => {
    const arn = this.#groupOf(groupName).AutoScalingGroupARN
    if (arn === undefined) throw new Error(`there is no Auto Scaling group ${groupName}`)
    return arn
  }

  /** The group's instances in service, and whether scale-in may take them. */
  inService(groupName: string): readonly { readonly instanceId: string; readonly isProtected: boolean }[] {
    const { Instances = [] } = this.#groupOf(groupName)
    return Instances.flatMap(({ InstanceId: instanceId = '', LifecycleState, ProtectedFromScaleIn }) =>
      LifecycleState === 'InService' ? [{ instanceId, isProtected: ProtectedFromScaleIn === true }] : [],
    )
  }

  zoneCountOf(groupName: string): number {
    return this.#groupOf(groupName).AvailabilityZones?.length ?? 0
  }

  #groupOf(groupName: string): AutoScalingGroup {
    const input = { AutoScalingGroupNames: [groupName] }
    const describe = this.#operation('DescribeAutoScalingGroups')
    const answer = describe(input as never) as DescribeAutoScalingGroupsCommandOutput
    const group = answer.AutoScalingGroups?.[0]
    if (group === undefined) throw new Error(`there is no Auto Scaling group ${groupName}`)
    return group
  }

  #operation(name: string): Operation {
    const operation = this.#model?.().operations[name]
    if (operation === undefined)
      throw new Error(`a capacity provider needs an Auto Scaling that can do ${name}`)
    return operation
  }
}
