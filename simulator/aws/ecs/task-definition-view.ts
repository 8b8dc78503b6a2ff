import type { TaskDefinition as TaskDefinitionOutput } from '@aws-sdk/client-ecs'
import { TASK_INTERFACE_CAPABILITY } from './attributes.ts'
import type { TaskDefinition } from './cluster.ts'
import { viewMemberOf } from './placement-constraints.ts'

export const imageOf = ({ family, revision }: TaskDefinition): string => `example.com/${family}:${revision}`

/** A task definition as DescribeTaskDefinition shows it: one essential container. */
export const viewTaskDefinition = (definition: TaskDefinition): TaskDefinitionOutput => ({
  taskDefinitionArn: definition.arn,
  family: definition.family,
  revision: definition.revision,
  status: 'ACTIVE',
  networkMode: networkModeOf(definition),
  compatibilities: ['EXTERNAL', 'EC2'],
  requiresCompatibilities: ['EC2'],
  volumes: [],
  placementConstraints: definition.constraints.map(viewMemberOf),
  requiresAttributes: requiredAttributes(definition).map((name) => ({ name })),
  registeredAt: new Date(definition.registeredAt),
  containerDefinitions: [
    {
      name: 'app',
      image: imageOf(definition),
      cpu: definition.spec.cpu,
      memory: definition.spec.memory,
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      portMappings: [{ containerPort: 80, hostPort: hostPortOf(definition), protocol: 'tcp' }],
      ...(definition.spec.gpus !== undefined && {
        resourceRequirements: [{ type: 'GPU' as const, value: String(definition.spec.gpus) }],
      }),
      ...(definition.spec.stopTimeoutSeconds === undefined
        ? {}
        : { stopTimeout: definition.spec.stopTimeoutSeconds }),
    },
  ],
})

const networkModeOf = ({ spec }: TaskDefinition): 'bridge' | 'awsvpc' => spec.networkMode ?? 'bridge'

/** In awsvpc mode the host's port is the container's; 0 asks for a dynamic one (API reference, PortMapping). */
const hostPortOf = (definition: TaskDefinition): number =>
  networkModeOf(definition) === 'awsvpc' ? 80 : (definition.spec.hostPort ?? 0)

/** Those that ECS derives from the definition, and those that the world's description adds. */
export const requiredAttributes = (definition: TaskDefinition): readonly string[] => [
  ...(networkModeOf(definition) === 'awsvpc' ? [TASK_INTERFACE_CAPABILITY] : []),
  ...(definition.spec.requiresAttributes ?? []),
]
