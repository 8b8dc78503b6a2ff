/** Where a step of lib results in something else beside moto. */
export interface KnownResult {
  /** Paths below `result`, in alphabetical order; all of them must differ, and nothing else. */
  readonly fields: readonly string[]
  readonly because: string
}

const policiesKept: KnownResult = {
  fields: ['terminationPolicies[]', 'terminationPolicies[].length'],
  because: 'moto leaves termination policies as they were',
}

const attributesOf = (path: string): readonly string[] =>
  ['ami-id', 'capability.task-eni', 'cpu-architecture', 'os-type'].map(
    (name) => `${path}.attributes.ecs.${name}`,
  )

/** What a step of lib results in differs only where the calls under it do. */
export const knownResults: Readonly<Record<string, KnownResult>> = {
  writeMemory: {
    fields: ['memory', 'written'],
    because: 'moto refuses PutAttributes with a targetType beside the ARN',
  },
  readTasks: {
    fields: ['[].stoppedReason'],
    because: 'the reason why a task stopped is absent, not empty, while it runs',
  },
  readScaledGroups: {
    fields: ['[].launches.launchTemplate.LaunchTemplateId'],
    because: 'launch templates are known by their names here',
  },
  readHistory: { fields: [''], because: 'moto lists no activity' },
  takeSnapshot: {
    fields: [
      'snapshot.groups[].lastScaleOutAt',
      ...attributesOf('snapshot.groups[].machines[]'),
      ...attributesOf('snapshot.instances[].containerInstance'),
      'snapshot.instances[].containerInstance.usedPorts[]',
      'snapshot.instances[].launchedAt',
    ],
    because: 'moto lists no activity, and makes up attributes and used ports of its agent',
  },
  'changeAttachment 2, set-policies': policiesKept,
  'changeAttachment 3, mark': policiesKept,
  'setDesiredCapacity above the maximum': { fields: ['threw'], because: 'moto takes any' },
}

/** Calls of lib to services that the endpoint does not speak. */
export const unserved = [
  'DeleteObject',
  'GetObject',
  'ListObjectsV2',
  'PutObject',
  'ListZonalShifts',
  'ListAutoshifts',
] as const

/** Calls of lib that moto does not have. The simulator alone stands for them. */
export const onlySimulated = [
  'CompleteLifecycleAction',
  'RecordLifecycleActionHeartbeat',
  'GetTaskProtection',
  'DescribeInstanceRefreshes',
] as const
