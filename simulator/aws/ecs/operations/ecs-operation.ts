import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { ServiceError, type Operation } from '../../operation.ts'
import type { Arns } from '../arns.ts'

/** What an operation returns: the SDK's output without the metadata of its transport. */
export type Answer<Output> = Omit<Output, '$metadata'>

interface OperationSpec<Input extends object, Output> {
  readonly name: string
  /** The input members that the model honours; any other is refused by name. */
  readonly members: readonly (keyof Input & string)[]
  readonly answer: (input: Input) => Answer<Output>
}

/** An operation on a cluster: any cluster but ours is unknown, as is `default` when none is named. */
export const clusterOperation = <Input extends { readonly cluster?: string | undefined }, Output>(
  arns: Arns,
  { name, members, answer }: OperationSpec<Input, Output>,
): Operation => {
  const operation = (input: Input) => {
    refuseUnmodelledMembers(name, input, ['cluster', ...members])
    if (!isOurCluster(arns, input.cluster))
      throw new ServiceError('ClusterNotFoundException', 'Cluster not found.')
    return answer(input)
  }
  return operation
}

export const isOurCluster = (arns: Arns, cluster = 'default'): boolean =>
  cluster === arns.clusterName || cluster === arns.cluster

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterException', message)

/** @throws {ServiceError} InvalidParameterException when a call names nothing or more than ECS takes at once. */
export const checkCount = (values: readonly unknown[] | undefined, most: number, what: string): void => {
  if (values === undefined || values.length === 0) throw invalidParameter(`${what} cannot be empty.`)
  if (values.length > most) throw invalidParameter(`${what} can have at most ${most} items.`)
}
