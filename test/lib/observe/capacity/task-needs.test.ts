import { describe, expect, it } from '@jest/globals'
import type { TaskDefinition } from '@aws-sdk/client-ecs'

import { needOf } from '../../../../lib/observe/capacity/task-needs.ts'

const container = { name: 'app', cpu: 256, memory: 512 }

const nothing = {
  cpu: 256,
  memory: 512,
  gpu: 0,
  enis: 0,
  hostPorts: [],
  placementConstraints: [],
  requiresAttributes: [],
  unmodelled: [],
}

describe('what a task takes from an instance', () => {
  it.each<[string, TaskDefinition, object]>([
    [
      'the sum of its containers',
      { containerDefinitions: [container, container] },
      { cpu: 512, memory: 1_024 },
    ],
    [
      'its own size where it has one',
      { cpu: '1024', memory: '2048', containerDefinitions: [container] },
      { cpu: 1_024, memory: 2_048 },
    ],
    [
      'the reservation of memory where there is one',
      { containerDefinitions: [{ ...container, memoryReservation: 128 }] },
      { memory: 128 },
    ],
    [
      'GPUs',
      { containerDefinitions: [{ ...container, resourceRequirements: [{ type: 'GPU', value: '2' }] }] },
      { gpu: 2 },
    ],
    [
      'a network interface in awsvpc mode',
      { networkMode: 'awsvpc', containerDefinitions: [container] },
      { enis: 1 },
    ],
    [
      'fixed host ports, and no dynamic one',
      {
        networkMode: 'bridge',
        containerDefinitions: [
          {
            ...container,
            portMappings: [
              { containerPort: 80, hostPort: 8_080, protocol: 'tcp' },
              { containerPort: 53, hostPort: 53, protocol: 'udp' },
              { containerPort: 81, hostPort: 0 },
              { containerPort: 82 },
            ],
          },
        ],
      },
      { hostPorts: ['tcp:8080', 'udp:53'] },
    ],
    [
      'in host mode the ports of its containers',
      {
        networkMode: 'host',
        containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80 }] }],
      },
      { hostPorts: ['tcp:80'] },
    ],
    [
      'in awsvpc mode no port of the instance',
      {
        networkMode: 'awsvpc',
        containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 80 }] }],
      },
      { hostPorts: [], enis: 1 },
    ],
    [
      'attributes, with their values where they have any',
      {
        containerDefinitions: [container],
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:tier == web' }],
        requiresAttributes: [{ name: 'ecs.capability.x' }, { name: 'ecs.cpu-architecture', value: 'arm64' }],
      },
      {
        placementConstraints: ['attribute:tier == web', 'attribute:ecs.cpu-architecture == arm64'],
        requiresAttributes: ['ecs.capability.x', 'ecs.cpu-architecture'],
      },
    ],
    [
      'what is not modelled, by name',
      {
        containerDefinitions: [
          { ...container, resourceRequirements: [{ type: 'InferenceAccelerator', value: 'a' }] },
        ],
      },
      { unmodelled: ['inference-accelerator'] },
    ],
  ])('is %s', (_, definition, need) => {
    expect(needOf(definition)).toEqual({ ...nothing, ...need })
  })
})
