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
  'changeAttachment 2, set-policies': policiesKept,
  'changeAttachment 3, mark': policiesKept,
  'setDesiredCapacity above the maximum': { fields: ['threw'], because: 'moto takes any' },
}

/** Calls of lib that moto does not have. The simulator alone stands for them. */
export const onlySimulated = [
  'CompleteLifecycleAction',
  'RecordLifecycleActionHeartbeat',
  'GetTaskProtection',
  'DescribeInstanceRefreshes',
] as const
