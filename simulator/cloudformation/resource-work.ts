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

/** What CloudFormation does for one resource at its time. Both throw where the service refuses. */
export interface ResourceWork {
  readonly logicalId: string
  readonly create: () => void
  readonly remove: () => void
}

/**
 * The work of every resource that does something in the simulator. The others (roles, log groups, policies of queues and
 * buckets) are read where they matter; that a role goes before its function is not modelled.
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
    create: () => void s3.createBucket(spec),
    remove: () => s3.deleteBucket(spec.name),
  })),
  ...queuesOf(stack).map(({ logicalId, spec }) => ({
    logicalId,
    create: () => void sqs.createQueue(spec),
    remove: () => sqs.deleteQueue(spec.name),
  })),
]

const functionWork = (stack: Stack, { lambda, sqs, createHandler }: Account): readonly ResourceWork[] => [
  ...functionsOf(stack).map((deployed) => ({
    logicalId: deployed.logicalId,
    create: () => void lambda.createFunction({ ...deployed, createHandler: createHandler(deployed) }),
    remove: () => lambda.deleteFunction(deployed.arn),
  })),
  ...invokePermissionsOf(stack).map(({ logicalId, spec: { functionArn, permission } }) => ({
    logicalId,
    create: () => void lambda.functionByArn(functionArn).permissions.add(permission),
    remove: () => void lambda.functionByArn(functionArn).permissions.delete(permission),
  })),
  ...eventSourceMappingsOf(stack).map(({ logicalId, spec }) => {
    let stop = (): void => undefined
    const create = (): void => {
      const mapping = lambda.createEventSourceMapping(spec, sqs)
      stop = () => mapping.stop()
    }
    return { logicalId, create, remove: () => stop() }
  }),
]

const ruleWork = (stack: Stack, { eventBridge }: Account): readonly ResourceWork[] =>
  rulesOf(stack).map((rule) => ({
    logicalId: rule.logicalId,
    create: () => eventBridge.putRule(rule),
    remove: () => eventBridge.deleteRule(rule.name),
  }))

const hookWork = (stack: Stack, account: Account): readonly ResourceWork[] =>
  lifecycleHooksOf(stack).map(({ logicalId, spec }) => ({
    logicalId,
    create: () => account.putLifecycleHook(spec),
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
      create: () => scaling.putPolicy(spec),
      remove: () => scaling.deletePolicy(spec),
    })),
    ...alarmsOf(stack).map(({ logicalId, spec }) => ({
      logicalId,
      create: () => scaling.putAlarm(spec),
      remove: () => scaling.deleteAlarm(spec.AlarmName ?? ''),
    })),
  ]
}
