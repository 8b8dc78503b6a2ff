import type {
  DescribeServicesCommandInput,
  DescribeServicesCommandOutput,
  DescribeTaskDefinitionCommandInput,
  DescribeTaskDefinitionCommandOutput,
  ListServicesCommandInput,
  ListServicesCommandOutput,
  UpdateServiceCommandInput,
  UpdateServiceCommandOutput,
} from '@aws-sdk/client-ecs'
import { ServiceError, type Operation } from '../../operation.ts'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import type { Arns } from '../arns.ts'
import { primaryDeployment, type Cluster, type Service, type TaskDefinition } from '../cluster.ts'
import { pageOf } from '../pages.ts'
import { viewService } from '../service-view.ts'
import type { Services } from '../services.ts'
import { viewTaskDefinition } from '../task-definition-view.ts'
import { checkCount, clusterOperation, invalidParameter, type Answer } from './ecs-operation.ts'
import type { References } from './references.ts'

/** The API reference's pages DescribeServices and ListServices. */
const DESCRIBED_AT_ONCE = 10
const DEFAULT_PAGE = 10

interface Parts {
  readonly arns: Arns
  readonly cluster: Cluster
  readonly references: References
  readonly services: Services
  /** Somebody has updated the service. */
  readonly onUpdate: (service: Service) => void
}

export const serviceOperations = (parts: Parts): Readonly<Record<string, Operation>> => ({
  ListServices: clusterOperation(parts.arns, {
    name: 'ListServices',
    members: ['maxResults', 'nextToken', 'schedulingStrategy', 'launchType'],
    answer: (input: ListServicesCommandInput) => listServices(parts, input),
  }),
  DescribeServices: clusterOperation(parts.arns, {
    name: 'DescribeServices',
    members: ['services'],
    answer: (input: DescribeServicesCommandInput) => describeServices(parts, input),
  }),
  UpdateService: clusterOperation(parts.arns, {
    name: 'UpdateService',
    members: ['service', 'desiredCount', 'deploymentConfiguration', 'taskDefinition', 'forceNewDeployment'],
    answer: (input: UpdateServiceCommandInput) => updateService(parts, input),
  }),
  DescribeTaskDefinition: (input: DescribeTaskDefinitionCommandInput) => describeTaskDefinition(parts, input),
})

const listServices = (
  { cluster }: Parts,
  { schedulingStrategy, launchType, ...page }: ListServicesCommandInput,
): Answer<ListServicesCommandOutput> => {
  const listed = [...cluster.services.values()].filter(
    ({ strategy }) =>
      (schedulingStrategy === undefined || strategy === schedulingStrategy) &&
      (launchType === undefined || launchType === 'EC2'),
  )
  const { arns, ...rest } = pageOf(
    listed.map(({ arn }) => arn),
    page,
    DEFAULT_PAGE,
  )
  return { serviceArns: arns, ...rest }
}

const describeServices = (
  { references, cluster, arns }: Parts,
  { services }: DescribeServicesCommandInput,
): Answer<DescribeServicesCommandOutput> => {
  checkCount(services, DESCRIBED_AT_ONCE, 'services')
  const { found, failures } = references.services(services)
  return { services: found.map((service) => viewService(service, cluster, arns)), failures }
}

const updateService = (
  parts: Parts,
  input: UpdateServiceCommandInput,
): Answer<UpdateServiceCommandOutput> => {
  const service = parts.references.service(input.service ?? '')
  if (service === undefined) throw new ServiceError('ServiceNotFoundException', 'Service not found.')
  const definition = nextDefinition(parts, service, input)
  changeDesired(service, input.desiredCount)
  changeBounds(service, input.deploymentConfiguration)
  if (definition !== undefined) parts.services.deploy(service, definition)
  parts.onUpdate(service)
  return { service: viewService(service, parts.cluster, parts.arns) }
}

/** What a new deployment would run; undefined: the call asks for none. */
const nextDefinition = (
  { references }: Parts,
  service: Service,
  { taskDefinition, forceNewDeployment }: UpdateServiceCommandInput,
): TaskDefinition | undefined => {
  const current = primaryDeployment(service).taskDefinition
  const wanted = taskDefinition === undefined ? current : references.taskDefinition(taskDefinition)
  if (wanted === undefined) throw new ServiceError('ClientException', 'TaskDefinition not found.')
  return wanted !== current || forceNewDeployment === true ? wanted : undefined
}

const changeDesired = (service: Service, desiredCount: number | undefined): void => {
  if (desiredCount === undefined) return
  if (service.strategy === 'DAEMON') {
    throw invalidParameter('The daemon scheduling strategy does not support a desired count for services.')
  }
  if (!Number.isInteger(desiredCount) || desiredCount < 0)
    throw invalidParameter('desiredCount cannot be negative.')
  service.desired = desiredCount
}

const changeBounds = (
  service: Service,
  bounds: UpdateServiceCommandInput['deploymentConfiguration'],
): void => {
  if (bounds === undefined) return
  refuseUnmodelledMembers('UpdateService deploymentConfiguration', bounds, [
    'minimumHealthyPercent',
    'maximumPercent',
  ])
  service.minimumHealthyPercent = bounds.minimumHealthyPercent ?? service.minimumHealthyPercent
  service.maximumPercent = bounds.maximumPercent ?? service.maximumPercent
}

const describeTaskDefinition = (
  { references }: Parts,
  input: DescribeTaskDefinitionCommandInput,
): Answer<DescribeTaskDefinitionCommandOutput> => {
  refuseUnmodelledMembers('DescribeTaskDefinition', input, ['taskDefinition'])
  const definition = references.taskDefinition(input.taskDefinition ?? '')
  if (definition === undefined)
    throw new ServiceError('ClientException', 'Unable to describe task definition.')
  return { taskDefinition: viewTaskDefinition(definition), tags: [] }
}
