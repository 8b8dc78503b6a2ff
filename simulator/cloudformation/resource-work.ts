import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-auto-scaling'
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { EventBridge } from '../aws/eventbridge/event-bridge.ts'
import type { FunctionSpec } from '../aws/lambda/function-spec.ts'
import type { Lambda } from '../aws/lambda/lambda.ts'
import type { S3 } from '../aws/s3/s3.ts'
import type { Sqs } from '../aws/sqs/sqs.ts'
import { bucketsOf } from './buckets.ts'
import {
  eventSourceMappingsOf,
  functionsOf,
  invokePermissionsOf,
  type DeployedFunction,
} from './functions.ts'
import { lifecycleHooksOf, type DeployedLifecycleHook } from './lifecycle-hooks.ts'
import { queuesOf, rulesOf } from './messaging.ts'
import { alarmsOf, scalingPoliciesOf } from './scaling.ts'
import type { Stack } from './stack.ts'

/** Where a stack's resources come to stand. */
export interface Account {
  readonly sqs: Sqs
  readonly s3: S3
  readonly eventBridge: EventBridge
  readonly lambda: Lambda
  /** The code of a function, found by its handler or its logical id. */
  readonly createHandler: (deployed: DeployedFunction) => FunctionSpec['createHandler']
  readonly putLifecycleHook: (hook: DeployedLifecycleHook) => void
  /** Absent: a stack is never removed. */
  readonly deleteLifecycleHook?: (hook: DeployedLifecycleHook) => void
  /** Absent: there are neither scaling policies nor alarms in this account, and those of a template do nothing. */
  readonly scaling?: Scaling
}

export interface Scaling {
  readonly putPolicy: (policy: PutScalingPolicyCommandInput) => void
  readonly deletePolicy: (policy: PutScalingPolicyCommandInput) => void
  readonly putAlarm: (alarm: PutMetricAlarmCommandInput) => void
  readonly deleteAlarm: (name: string) => void
}

/** What CloudFormation does for one resource at its time. All of it throws where the service refuses. */
export interface ResourceWork {
  readonly logicalId: string
  /** What is made: as long as it is the same, an update leaves the resource alone. */
  readonly spec: unknown
  readonly create: () => void
  /** Makes of what stood there before what is described here. Absent: a change is not modelled. */
  readonly update?: () => void
  readonly remove: () => void
}

/**
 * The work of every resource that does something in the simulator. The others (roles, log groups, policies of queues and
 * buckets) are read where they matter, and a role's statements stand with its function; that a role goes before its function
 * is not modelled.
 */
export const resourceWork = (stack: Stack, account: Account): readonly ResourceWork[] => [
  ...storageWork(stack, account),
  ...functionWork(stack, account),
  ...ruleWork(stack, account),
  ...hookWork(stack, account),
  ...scalingWork(stack, account),
]

const storageWork = (stack: Stack, { s3, sqs }: Account): readonly ResourceWork[] => [
  ...bucketsOf(stack).map(({ logicalId, spec }) => ({
    logicalId,
    spec,
    create: () => void s3.createBucket(spec),
    remove: () => s3.deleteBucket(spec.name),
  })),
  ...queuesOf(stack).map(({ logicalId, spec }) => ({
    logicalId,
    spec,
    create: () => void sqs.createQueue(spec),
    remove: () => sqs.deleteQueue(spec.name),
  })),
]

const functionWork = (stack: Stack, { lambda, sqs, createHandler }: Account): readonly ResourceWork[] => [
  ...functionsOf(stack).map((deployed) => ({
    logicalId: deployed.logicalId,
    spec: deployed,
    create: () => void lambda.createFunction({ ...deployed, createHandler: createHandler(deployed) }),
    update: () => lambda.updateFunction({ ...deployed, createHandler: createHandler(deployed) }),
    remove: () => lambda.deleteFunction(deployed.arn),
  })),
  ...invokePermissionsOf(stack).map(({ logicalId, spec }) => ({
    logicalId,
    spec,
    create: () => void lambda.functionByArn(spec.functionArn).permissions.add(spec.permission),
    remove: () => void lambda.functionByArn(spec.functionArn).permissions.delete(spec.permission),
  })),
  ...eventSourceMappingsOf(stack).map(({ logicalId, spec }) => {
    let stop = (): void => undefined
    const create = (): void => {
      const mapping = lambda.createEventSourceMapping(spec, sqs)
      stop = () => mapping.stop()
    }
    return { logicalId, spec, create, remove: () => stop() }
  }),
]

const ruleWork = (stack: Stack, { eventBridge }: Account): readonly ResourceWork[] =>
  rulesOf(stack).map((rule) => ({
    logicalId: rule.logicalId,
    spec: rule,
    create: () => eventBridge.putRule(rule),
    update: () => eventBridge.setRule(rule),
    remove: () => eventBridge.deleteRule(rule.name),
  }))

const hookWork = (stack: Stack, account: Account): readonly ResourceWork[] =>
  lifecycleHooksOf(stack).map(({ logicalId, spec }) => ({
    logicalId,
    spec,
    create: () => account.putLifecycleHook(spec),
    update: () => account.putLifecycleHook(spec),
    remove: () => {
      if (account.deleteLifecycleHook === undefined) throw new Error('this stack cannot be removed')
      account.deleteLifecycleHook(spec)
    },
  }))

const scalingWork = (stack: Stack, { scaling }: Account): readonly ResourceWork[] => {
  if (scaling === undefined) return []
  return [
    ...scalingPoliciesOf(stack).map(({ logicalId, spec }) => ({
      logicalId,
      spec,
      create: () => scaling.putPolicy(spec),
      update: () => scaling.putPolicy(spec),
      remove: () => scaling.deletePolicy(spec),
    })),
    ...alarmsOf(stack).map(({ logicalId, spec }) => ({
      logicalId,
      spec,
      create: () => scaling.putAlarm(spec),
      update: () => scaling.putAlarm(spec),
      remove: () => scaling.deleteAlarm(spec.AlarmName ?? ''),
    })),
  ]
}
