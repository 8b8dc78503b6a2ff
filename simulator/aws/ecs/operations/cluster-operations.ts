import type {
  Attribute,
  Cluster as ClusterOutput,
  DeleteAttributesCommandInput,
  DeleteAttributesCommandOutput,
  DescribeClustersCommandInput,
  DescribeClustersCommandOutput,
  DescribeCapacityProvidersCommandInput,
  DescribeCapacityProvidersCommandOutput,
  PutAttributesCommandInput,
  PutAttributesCommandOutput,
} from '@aws-sdk/client-ecs'
import { ServiceError, type Operation } from '../../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Arns } from '../arns.ts'
import { ATTRIBUTES_PER_CALL, checkAttribute, checkAttributeRoom } from '../attributes.ts'
import { viewStrategy } from '../capacity-provider-strategy.ts'
import type { CapacityProviders } from '../capacity-providers.ts'
import { countTasks, type Cluster, type ContainerInstance } from '../cluster.ts'
import { checkCount, clusterOperation, invalidParameter, isOurCluster, type Answer } from './ecs-operation.ts'
import { missing, type References } from './references.ts'

/** The API reference's page DescribeClusters. */
const DESCRIBED_AT_ONCE = 100

interface Parts {
  readonly arns: Arns
  readonly cluster: Cluster
  readonly references: References
  readonly capacityProviders: CapacityProviders
}

export const clusterOperations = (parts: Parts): Readonly<Record<string, Operation>> => ({
  DescribeClusters: (input: DescribeClustersCommandInput) => describeClusters(parts, input),
  DescribeCapacityProviders: (input: DescribeCapacityProvidersCommandInput) =>
    describeCapacityProviders(parts, input),
  PutAttributes: clusterOperation(parts.arns, {
    name: 'PutAttributes',
    members: ['attributes'],
    answer: (input: PutAttributesCommandInput) => putAttributes(parts, input),
  }),
  DeleteAttributes: clusterOperation(parts.arns, {
    name: 'DeleteAttributes',
    members: ['attributes'],
    answer: (input: DeleteAttributesCommandInput) => deleteAttributes(parts, input),
  }),
})

/** Unlike every other call this one answers for an unknown cluster, with a failure. */
const describeClusters = (
  parts: Parts,
  input: DescribeClustersCommandInput,
): Answer<DescribeClustersCommandOutput> => {
  const { arns } = parts
  refuseUnmodelledMembers('DescribeClusters', input, ['clusters', 'include'])
  const { include = [] } = input
  if (include.includes('CONFIGURATIONS')) throw notModelled('DescribeClusters with include CONFIGURATIONS')
  const references = input.clusters ?? ['default']
  checkCount(references, DESCRIBED_AT_ONCE, 'clusters')
  const isOurs = (reference: string) => isOurCluster(arns, reference)
  const unknown = references.filter((reference) => !isOurs(reference))
  return {
    clusters: references.some(isOurs) ? [viewCluster(parts, include)] : [],
    failures: unknown.map((reference) =>
      missing(reference.startsWith('arn:') ? reference : arns.cluster.replace(/[^/]+$/, reference)),
    ),
  }
}

const viewCluster = (
  { cluster, arns, capacityProviders }: Parts,
  include: readonly string[],
): ClusterOutput => {
  const counts = countTasks([...cluster.tasks.values(), ...cluster.waitingTasks.values()])
  return {
    clusterArn: arns.cluster,
    clusterName: arns.clusterName,
    status: 'ACTIVE',
    registeredContainerInstancesCount: cluster.registered().length,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: cluster.services.size,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: [...capacityProviders.names],
    defaultCapacityProviderStrategy: viewStrategy(cluster),
    ...(include.includes('ATTACHMENTS') && {
      attachments: capacityProviders.viewAttachments(),
      attachmentsStatus: 'UPDATE_COMPLETE',
    }),
  }
}

/** Capacity providers belong to the account, so no cluster has to be named. Unknown ones are told in `failures`. */
const describeCapacityProviders = (
  { capacityProviders }: Parts,
  input: DescribeCapacityProvidersCommandInput,
): Answer<DescribeCapacityProvidersCommandOutput> => {
  refuseUnmodelledMembers('DescribeCapacityProviders', input, ['capacityProviders', 'include'])
  const all = capacityProviders.view()
  const asked = input.capacityProviders
  if (asked === undefined) return { capacityProviders: [...all], failures: [] }
  checkCount(asked, DESCRIBED_AT_ONCE, 'capacityProviders')
  const isAsked = (name = '', arn = '') => asked.includes(name) || asked.includes(arn)
  const known = all.flatMap(({ name = '', capacityProviderArn = '' }) => [name, capacityProviderArn])
  return {
    capacityProviders: all.filter(({ name, capacityProviderArn }) => isAsked(name, capacityProviderArn)),
    failures: asked
      .filter((reference) => !known.includes(reference))
      .map((reference) =>
        missing(reference.startsWith('arn:') ? reference : capacityProviders.arnOf(reference)),
      ),
  }
}

const putAttributes = (
  parts: Parts,
  { attributes }: PutAttributesCommandInput,
): Answer<PutAttributesCommandOutput> => {
  const changes = readChanges(parts, attributes)
  for (const { attribute } of changes) checkAttribute(attribute)
  for (const { containerInstance } of changes) {
    const own = changes.filter((change) => change.containerInstance === containerInstance)
    checkAttributeRoom(
      containerInstance,
      own.map(({ attribute }) => attribute.name ?? ''),
    )
  }
  for (const { containerInstance, attribute } of changes) {
    containerInstance.customAttributes.set(attribute.name ?? '', attribute.value)
  }
  return { attributes: changes.map(outputOf) }
}

const deleteAttributes = (
  parts: Parts,
  { attributes }: DeleteAttributesCommandInput,
): Answer<DeleteAttributesCommandOutput> => {
  const changes = readChanges(parts, attributes)
  const deleted = changes.filter(({ containerInstance, attribute: { name = '', value } }) => {
    const custom = containerInstance.customAttributes
    return custom.has(name) && (value === undefined || custom.get(name) === value)
  })
  for (const { containerInstance, attribute } of deleted) {
    containerInstance.customAttributes.delete(attribute.name ?? '')
  }
  return { attributes: deleted.map(outputOf) }
}

interface AttributeChange {
  readonly containerInstance: ContainerInstance
  readonly attribute: Attribute
}

/** @throws {ServiceError} TargetNotFoundException, or InvalidParameterException for a short id without its type. */
const readChanges = (
  { references }: Parts,
  attributes: Attribute[] | undefined,
): readonly AttributeChange[] => {
  checkCount(attributes, ATTRIBUTES_PER_CALL, 'attributes')
  return (attributes ?? []).map((attribute) => {
    const { targetId = '', targetType } = attribute
    if (!targetId.startsWith('arn:') && targetType !== 'container-instance') {
      throw invalidParameter('targetType is required with a short target id.')
    }
    const containerInstance = references.containerInstance(targetId)
    if (containerInstance === undefined || containerInstance.status === 'INACTIVE') {
      throw new ServiceError('TargetNotFoundException', `The target ${targetId} was not found.`)
    }
    return { containerInstance, attribute }
  })
}

const outputOf = ({ containerInstance, attribute: { name, value } }: AttributeChange): Attribute => ({
  name,
  ...(value === undefined ? {} : { value }),
  targetId: containerInstance.arn,
})
