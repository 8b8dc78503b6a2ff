import type {
  DeregisterContainerInstanceCommandInput,
  DeregisterContainerInstanceCommandOutput,
  DescribeContainerInstancesCommandInput,
  DescribeContainerInstancesCommandOutput,
  ListContainerInstancesCommandInput,
  ListContainerInstancesCommandOutput,
  UpdateContainerInstancesStateCommandInput,
  UpdateContainerInstancesStateCommandOutput,
} from '@aws-sdk/client-ecs'
import type { Operation } from '../../operation.ts'
import type { Arns } from '../arns.ts'
import type { EcsAssumptions } from '../assumptions.ts'
import type { Cluster, ContainerInstance } from '../cluster.ts'
import { viewHealth } from '../container-instance-health.ts'
import { viewContainerInstance } from '../container-instance-view.ts'
import type { ContainerInstances } from '../container-instances.ts'
import { pageOf } from '../pages.ts'
import { compileQuery } from '../query-language.ts'
import { deregisteredByForce } from '../stop-causes.ts'
import { checkCount, clusterOperation, invalidParameter, type Answer } from './ecs-operation.ts'
import type { References } from './references.ts'

/** "Amazon ECS service quotas" and the API reference's pages of these calls. */
const DESCRIBED_AT_ONCE = 100
const UPDATED_AT_ONCE = 10

/** The states that ListContainerInstances filters by. Without trunking only the first two occur. */
const listableStatuses = ['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING', 'REGISTRATION_FAILED']

interface Parts {
  readonly arns: Arns
  readonly cluster: Cluster
  readonly references: References
  readonly containerInstances: ContainerInstances
  readonly assumptions: EcsAssumptions
  readonly now: () => number
}

export const containerInstanceOperations = (parts: Parts): Readonly<Record<string, Operation>> => ({
  ListContainerInstances: clusterOperation(parts.arns, {
    name: 'ListContainerInstances',
    members: ['filter', 'status', 'maxResults', 'nextToken'],
    answer: (input: ListContainerInstancesCommandInput) => list(parts, input),
  }),
  DescribeContainerInstances: clusterOperation(parts.arns, {
    name: 'DescribeContainerInstances',
    members: ['containerInstances', 'include'],
    answer: (input: DescribeContainerInstancesCommandInput) => describe(parts, input),
  }),
  UpdateContainerInstancesState: clusterOperation(parts.arns, {
    name: 'UpdateContainerInstancesState',
    members: ['containerInstances', 'status'],
    answer: (input: UpdateContainerInstancesStateCommandInput) => updateState(parts, input),
  }),
  DeregisterContainerInstance: clusterOperation(parts.arns, {
    name: 'DeregisterContainerInstance',
    members: ['containerInstance', 'force'],
    answer: (input: DeregisterContainerInstanceCommandInput) => deregister(parts, input),
  }),
})

const list = (
  { cluster }: Parts,
  { status, filter, maxResults, nextToken }: ListContainerInstancesCommandInput,
): Answer<ListContainerInstancesCommandOutput> => {
  if (status !== undefined && !listableStatuses.includes(status)) {
    throw invalidParameter(`status should be one of [${listableStatuses.join(',')}]`)
  }
  const matches = filter === undefined ? () => true : compileQuery(filter)
  const listed = cluster
    .registered()
    .filter(
      (containerInstance) =>
        (status === undefined || containerInstance.status === status) && matches(containerInstance),
    )
  const { arns, ...rest } = pageOf(
    listed.map(({ arn }) => arn),
    { maxResults, nextToken },
  )
  return { containerInstanceArns: arns, ...rest }
}

const describe = (
  { references, now }: Parts,
  { containerInstances, include = [] }: DescribeContainerInstancesCommandInput,
): Answer<DescribeContainerInstancesCommandOutput> => {
  checkCount(containerInstances, DESCRIBED_AT_ONCE, 'containerInstances')
  const { found, failures } = references.containerInstances(containerInstances)
  const isHealthAsked = include.includes('CONTAINER_INSTANCE_HEALTH')
  return {
    containerInstances: found.map((containerInstance) => ({
      ...viewContainerInstance(containerInstance),
      ...(isHealthAsked && { healthStatus: viewHealth(containerInstance, now()) }),
    })),
    failures,
  }
}

const updateState = (
  parts: Parts,
  input: UpdateContainerInstancesStateCommandInput,
): Answer<UpdateContainerInstancesStateCommandOutput> => {
  const { status } = input
  checkCount(input.containerInstances, UPDATED_AT_ONCE, 'containerInstances')
  if (status !== 'ACTIVE' && status !== 'DRAINING') {
    throw invalidParameter('Container instances status should be one of [ACTIVE,DRAINING]')
  }
  const { found, failures } = parts.references.containerInstances(input.containerInstances)
  const changeable = found.filter((containerInstance) => containerInstance.status !== 'INACTIVE')
  const inactive = found.filter((containerInstance) => containerInstance.status === 'INACTIVE')
  if (status === 'DRAINING') checkRepetition(parts, changeable)
  for (const containerInstance of changeable) parts.containerInstances.setStatus(containerInstance, status)
  return {
    containerInstances: changeable.map(viewContainerInstance),
    failures: [...failures, ...inactive.map(({ arn }) => ({ arn, reason: INACTIVE }))],
  }
}

/** AWS lists no failure reasons for UpdateContainerInstancesState; MISSING and this one are those of other calls. */
const INACTIVE = 'INACTIVE'

const checkRepetition = ({ assumptions }: Parts, containerInstances: readonly ContainerInstance[]): void => {
  const draining = containerInstances.find(({ status }) => status === 'DRAINING')
  if (draining === undefined || assumptions.repeatedDraining === 'accepted') return
  throw invalidParameter(`The container instance ${draining.arn} is already DRAINING.`)
}

const deregister = (
  { references, containerInstances }: Parts,
  { containerInstance: reference = '', force }: DeregisterContainerInstanceCommandInput,
): Answer<DeregisterContainerInstanceCommandOutput> => {
  const containerInstance = references.containerInstance(reference)
  if (containerInstance === undefined || containerInstance.status === 'INACTIVE') {
    throw invalidParameter('The referenced container instance was not found.')
  }
  if (force !== true && containerInstance.tasks.size > 0) {
    throw invalidParameter('Found running tasks on the instance.')
  }
  // The answer still shows the agent as it was ("deregister-container-instance" in the CLI reference).
  const { agentConnected } = containerInstance
  containerInstances.deregister(containerInstance, deregisteredByForce)
  return { containerInstance: { ...viewContainerInstance(containerInstance), agentConnected } }
}
