import type { Clients } from '../../aws/clients.ts'
import type { Clock } from '../../clock.ts'
import type {
  ExpectedHooks,
  InspectedCapacityProvider,
  InspectedContainerInstance,
  InspectedGroup,
  Inspection,
} from '../../decide/findings/inspection.ts'
import { readCapacityProviders, readCluster, readQueueExists } from './cluster.ts'
import { readGroups, type ReadGroup } from './groups.ts'
import { readAllContainerInstances, readSpotInstanceIds } from './instances.ts'
import { readAllServices } from './services.ts'

/** A group's own settings, as its tags have them. */
export interface GroupPolicy {
  readonly drainTimeoutSeconds: number
  readonly tagProblems: readonly string[]
}

interface InspectionRequest {
  readonly clients: Clients
  readonly clock: Clock
  readonly cluster: string
  readonly groups: readonly string[]
  /** It exists wherever the stack does. */
  readonly signalsQueueName: string
  readonly expected: ExpectedHooks
  readonly policyOf: (tags: Readonly<Record<string, string>>) => GroupPolicy
}

/**
 * Reads all that the doctor judges. Every call is a Describe, List or Get.
 *
 * @throws {DeniedCallError} naming the IAM action that is missing.
 */
export const inspect = async (request: InspectionRequest): Promise<Inspection> => {
  const { clients, cluster, expected } = request
  const isDeployed = await readQueueExists(clients.sqs, request.signalsQueueName)
  const groups = await readGroups(clients.autoScaling, request.groups)
  const known = new Set(groups.map(({ name }) => name))
  const providerNames = await readCluster(clients.ecs, cluster)
  const instanceIds = groups.flatMap(({ instances }) => instances.map(({ instanceId }) => instanceId))
  const spotInstanceIds = await readSpotInstanceIds(clients.ec2, instanceIds)
  const inCluster = providerNames === undefined ? nothing : await readInCluster(request, providerNames)
  return {
    cluster,
    clusterExists: providerNames !== undefined,
    isDeployed,
    expected,
    missingGroups: request.groups.filter((name) => !known.has(name)),
    groups: groups.map((group) =>
      joined(group, { ...inCluster, ...request.policyOf(group.tags), spotInstanceIds }),
    ),
    services: inCluster.services,
  }
}

interface InCluster {
  readonly capacityProviders: ReadonlyMap<string, InspectedCapacityProvider>
  readonly containerInstances: ReadonlyMap<string, InspectedContainerInstance>
  readonly services: Inspection['services']
}

const nothing: InCluster = { capacityProviders: new Map(), containerInstances: new Map(), services: [] }

const readInCluster = async (
  { clients, clock, cluster }: InspectionRequest,
  providerNames: readonly string[],
): Promise<InCluster> => {
  const { ecs, loadBalancing } = clients
  return {
    capacityProviders: await readCapacityProviders(ecs, providerNames),
    containerInstances: await readAllContainerInstances(ecs, cluster),
    services: await readAllServices({ ecs, loadBalancing, clock, cluster }),
  }
}

interface Surroundings extends InCluster, GroupPolicy {
  readonly spotInstanceIds: ReadonlySet<string>
}

const joined = ({ tags: _, ...group }: ReadGroup, around: Surroundings): InspectedGroup => {
  const capacityProvider = around.capacityProviders.get(group.name)
  return {
    ...group,
    drainTimeoutSeconds: around.drainTimeoutSeconds,
    tagProblems: around.tagProblems,
    ...(capacityProvider && { capacityProvider }),
    instances: group.instances.map((instance) => {
      const containerInstance = around.containerInstances.get(instance.instanceId)
      const isSpot = around.spotInstanceIds.has(instance.instanceId)
      return { ...instance, isSpot, ...(containerInstance && { containerInstance }) }
    }),
  }
}
