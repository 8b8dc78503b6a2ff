import {
  DescribeTaskDefinitionCommand,
  type Attribute,
  type ContainerDefinition,
  type ECSClient,
  type PortMapping,
  type TaskDefinition,
} from '@aws-sdk/client-ecs'

import { during, isRefused } from '../../aws/errors.ts'
import { unknownNeed, type TaskNeed } from '../../capacity/workload.ts'
import type { Memo } from '../memo.ts'

interface TaskNeedsQuestion {
  readonly ecs: ECSClient
  /** By ARN. A revision never changes, so an answer is good for the life of the environment. */
  readonly memo: Memo<TaskNeed>
}

/** What a task of each of these task definitions takes, by ARN. */
export const readTaskNeeds = async (
  question: TaskNeedsQuestion,
  arns: Iterable<string>,
): Promise<ReadonlyMap<string, TaskNeed>> => {
  const needs = new Map<string, TaskNeed>()
  for (const arn of new Set(arns)) if (arn !== '') needs.set(arn, await readTaskNeed(question, arn))
  return needs
}

const readTaskNeed = async ({ ecs, memo }: TaskNeedsQuestion, arn: string): Promise<TaskNeed> => {
  const known = memo.get(arn)
  if (known !== undefined) return known
  const need = await describe(ecs, arn)
  memo.set(arn, need)
  return need
}

/** A task definition that was deleted while its tasks still run is not shown any more: nobody can tell what they take. */
const describe = async (ecs: ECSClient, taskDefinition: string): Promise<TaskNeed> => {
  try {
    const answer = await during(`describing task definition ${taskDefinition}`, () =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
    )
    return needOf(answer.taskDefinition ?? {})
  } catch (error) {
    if (isRefused(error)) return unknownNeed('unknown-task-definition')
    throw error
  }
}

/** What ECS subtracts from an instance for one task: the task's own size, or the sum of its containers'. */
export const needOf = (definition: TaskDefinition): TaskNeed => {
  const { containerDefinitions: containers = [], requiresAttributes = [] } = definition
  return {
    cpu: numberOr(definition.cpu, () => sum(containers, ({ cpu = 0 }) => cpu)),
    memory: numberOr(definition.memory, () => sum(containers, memoryOf)),
    gpu: sum(containers, gpusOf),
    enis: definition.networkMode === 'awsvpc' ? 1 : 0,
    hostPorts: containers.flatMap(({ portMappings = [] }) =>
      portMappings.flatMap((mapping) => hostPortsOf(definition, mapping)),
    ),
    placementConstraints: [
      ...(definition.placementConstraints ?? []).flatMap(({ expression }) => expression ?? []),
      ...requiresAttributes.filter(hasValue).map(({ name, value }) => `attribute:${name} == ${value}`),
    ],
    requiresAttributes: requiresAttributes.flatMap(({ name }) => name ?? []),
    unmodelled: unmodelledOf(definition),
  }
}

const hasValue = (attribute: Attribute): attribute is { readonly name: string; readonly value: string } =>
  attribute.name !== undefined && attribute.value !== undefined && attribute.value !== ''

const numberOr = (text: string | undefined, otherwise: () => number): number =>
  text === undefined || text === '' ? otherwise() : Number(text)

/** The reservation where there is one, since ECS subtracts that ("Container definition parameters", memoryReservation). */
const memoryOf = ({ memoryReservation, memory }: ContainerDefinition): number =>
  memoryReservation ?? memory ?? 0

const gpusOf = ({ resourceRequirements = [] }: ContainerDefinition): number =>
  sum(resourceRequirements, ({ type, value }) => (type === 'GPU' ? Number(value) : 0))

/** A task in awsvpc mode has ports of its own. In host mode the container's port is the host's. 0 is a dynamic port. */
const hostPortsOf = ({ networkMode }: TaskDefinition, mapping: PortMapping): readonly string[] => {
  if (networkMode === 'awsvpc' || networkMode === 'none') return []
  const port = networkMode === 'host' ? (mapping.hostPort ?? mapping.containerPort) : mapping.hostPort
  return port === undefined || port === 0 ? [] : [`${mapping.protocol ?? 'tcp'}:${port}`]
}

const unmodelledOf = ({ containerDefinitions = [], ...definition }: TaskDefinition): readonly string[] => {
  const requirements = containerDefinitions.flatMap(({ resourceRequirements = [] }) => resourceRequirements)
  const mappings = containerDefinitions.flatMap(({ portMappings = [] }) => portMappings)
  return [
    ...(requirements.some(({ type }) => type === 'InferenceAccelerator') ? ['inference-accelerator'] : []),
    ...(definition.networkMode === 'host' &&
    mappings.some(({ containerPortRange }) => containerPortRange !== undefined)
      ? ['port-range']
      : []),
  ]
}

const sum = <Item>(items: readonly Item[], valueOf: (item: Item) => number): number =>
  items.reduce((total, item) => total + valueOf(item), 0)
