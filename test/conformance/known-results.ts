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

/**
 * Calls of lib that both answer, but with no field that is the same on both sides, so that nothing of them was compared.
 * The simulator alone stands for them, too.
 */
export const nothingInCommon: Readonly<Record<string, string>> = {
  PutAttributes: 'moto refuses a targetType beside the ARN',
  DeleteAttributes: 'moto refuses a targetType beside the ARN',
  DescribeScalingActivities: 'moto lists no activity',
  DescribeInstanceStatus: 'moto does not filter by events, and no machine of the simulator has one',
  DescribeTargetHealth: 'no target is registered in either account, so both lists are empty',
  UpdateAutoScalingGroup: 'its answer has no fields, and moto leaves termination policies as they were',
  SetDesiredCapacity: 'its answer has no fields, and moto takes any number where the simulator refuses',
  ChangeMessageVisibility: 'its answer has no fields, and time stands still, so that no message comes back',
}

/**
 * Calls whose answer has no fields, and the step in which both sides show what they did: the field of its result is the same
 * on both sides, and is not what it was after the step before.
 */
export const seenByEffect = [
  { operation: 'CreateOrUpdateTags', step: 'changeAttachment 3, mark', field: 'result.mark' },
  { operation: 'DeleteTags', step: 'changeAttachment 6, unmark', field: 'result.mark' },
] as const
