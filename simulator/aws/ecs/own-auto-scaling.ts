import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling'
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
    const input = { AutoScalingGroupNames: [groupName] }
    const describe = this.#operation('DescribeAutoScalingGroups')
    const answer = describe(input as never) as DescribeAutoScalingGroupsCommandOutput
    const arn = answer.AutoScalingGroups?.[0]?.AutoScalingGroupARN
    if (arn === undefined) throw new Error(`there is no Auto Scaling group ${groupName}`)
    return arn
  }

  #operation(name: string): Operation {
    const operation = this.#model?.().operations[name]
    if (operation === undefined) throw new Error(`managed draining needs an Auto Scaling that can do ${name}`)
    return operation
  }
}
