import type { TaskDefinition as TaskDefinitionOutput } from '@aws-sdk/client-ecs'
import type { TaskDefinition } from './cluster.ts'
import { viewMemberOf } from './placement-constraints.ts'

export const imageOf = ({ family, revision }: TaskDefinition): string => `example.com/${family}:${revision}`

/** A task definition as DescribeTaskDefinition shows it: one essential container in bridge mode. */
export const viewTaskDefinition = (definition: TaskDefinition): TaskDefinitionOutput => ({
  taskDefinitionArn: definition.arn,
  family: definition.family,
  revision: definition.revision,
  status: 'ACTIVE',
  networkMode: 'bridge',
  compatibilities: ['EXTERNAL', 'EC2'],
  requiresCompatibilities: ['EC2'],
  volumes: [],
  placementConstraints: definition.constraints.map(viewMemberOf),
  requiresAttributes: (definition.spec.requiresAttributes ?? []).map((name) => ({ name })),
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
      portMappings: [{ containerPort: 80, hostPort: definition.spec.hostPort ?? 0, protocol: 'tcp' }],
      ...(definition.spec.stopTimeoutSeconds === undefined
        ? {}
        : { stopTimeout: definition.spec.stopTimeoutSeconds }),
    },
  ],
})
