import { describe, expect, it } from '@jest/globals'
import { accessDenied, actionOf, isAllowed, type Statement } from '../../../simulator/sdk/permission.ts'
import { resourcesOf } from '../../../simulator/sdk/resource.ts'

const account = {
  region: 'eu-west-1',
  accountId: '111122223333',
  groupOf: (instanceId: string) => (instanceId === 'i-1' ? 'ecs-web' : undefined),
}
const groupArn =
  'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/ecs-web'
const ecsArn = (resource: string) => `arn:aws:ecs:eu-west-1:111122223333:${resource}`
const clusterArn = ecsArn('cluster/web')

const statement = (changes: Partial<Statement>): Statement => ({
  effect: 'Allow',
  actions: ['ecs:StopTask'],
  resources: ['*'],
  conditions: {},
  ...changes,
})

describe('actions', () => {
  it.each([
    ['ECS', 'ListTasks', 'ecs:ListTasks'],
    ['SQS', 'SendMessageBatch', 'sqs:SendMessage'],
    ['Auto Scaling', 'CompleteLifecycleAction', 'autoscaling:CompleteLifecycleAction'],
    ['EC2', 'DescribeInstances', 'ec2:DescribeInstances'],
    ['Elastic Load Balancing v2', 'DescribeTargetHealth', 'elasticloadbalancing:DescribeTargetHealth'],
  ])('of %s %s: %s', (service, operation, action) => {
    expect(actionOf(service, operation)).toBe(action)
  })

  it.each([
    ['ECS', 'AccessDeniedException'],
    ['SQS', 'AccessDenied'],
    ['Auto Scaling', 'AccessDenied'],
    ['EC2', 'UnauthorizedOperation'],
    ['Elastic Load Balancing v2', 'AccessDenied'],
  ])('that are denied by %s: %s', (service, code) => {
    expect(accessDenied(service, 'x:Y').code).toBe(code)
  })
})

describe('statements', () => {
  const task = { arn: ecsArn('task/web/1'), clusterArn }
  const request = { action: 'ecs:StopTask', resource: task }

  it.each<[string, boolean, readonly Statement[]]>([
    ['nothing', false, []],
    ['the action', true, [statement({})]],
    ['the action in other letters', true, [statement({ actions: ['ECS:stoptask'] })]],
    ['actions by wildcard', true, [statement({ actions: ['ecs:Stop*'] })]],
    ['another action', false, [statement({ actions: ['ecs:DescribeTasks'] })]],
    ['a longer action only', false, [statement({ actions: ['ecs:StopTaskNow'] })]],
    ['the resource', true, [statement({ resources: [ecsArn('task/web/*')] })]],
    ['a resource of another cluster', false, [statement({ resources: [ecsArn('task/other/*')] })]],
    [
      'the cluster as a condition',
      true,
      [statement({ conditions: { ArnEquals: { 'ecs:cluster': [clusterArn] } } })],
    ],
    [
      'another cluster as a condition',
      false,
      [statement({ conditions: { ArnEquals: { 'ecs:cluster': [ecsArn('cluster/other')] } } })],
    ],
    ['everything, and deny this', false, [statement({ actions: ['*'] }), statement({ effect: 'Deny' })]],
    [
      'this, and deny something else',
      true,
      [statement({}), statement({ effect: 'Deny', resources: [ecsArn('task/other/*')] })],
    ],
  ])('that allow %s: %s', (_, allowed, statements) => {
    expect(isAllowed(statements, request)).toBe(allowed)
  })

  it('are refused when they depend on what is not modelled', () => {
    const conditions = { StringEquals: { 'aws:PrincipalTag/team': ['a'] } }
    expect(() => isAllowed([statement({ conditions })], request)).toThrow(
      'aws:PrincipalTag/team is not modelled',
    )
    const numeric = { NumericLessThan: { 'ecs:cluster': ['5'] } }
    expect(() => isAllowed([statement({ conditions: numeric })], request)).toThrow(
      'NumericLessThan is not modelled',
    )
  })
})

describe('the resources of a call', () => {
  const container = 'container-instance/web/1'
  it.each<[string, string, Record<string, unknown>, readonly string[]]>([
    ['ECS', 'StopTask', { cluster: 'web', task: ecsArn('task/web/7') }, [ecsArn('task/web/7')]],
    [
      'ECS',
      'DescribeTasks',
      { cluster: clusterArn, tasks: ['7', '8'] },
      [ecsArn('task/web/7'), ecsArn('task/web/8')],
    ],
    ['ECS', 'ListTasks', { cluster: 'web', containerInstance: '1' }, [ecsArn(container)]],
    [
      'ECS',
      'UpdateContainerInstancesState',
      { cluster: 'web', containerInstances: [ecsArn(container)] },
      [ecsArn(container)],
    ],
    ['ECS', 'ListContainerInstances', { cluster: 'web' }, [clusterArn]],
    ['ECS', 'DescribeClusters', { clusters: ['web', 'other'] }, [clusterArn, ecsArn('cluster/other')]],
    ['ECS', 'ListServices', { cluster: 'web' }, ['*']],
    [
      'SQS',
      'SendMessage',
      { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/wakes' },
      ['arn:aws:sqs:eu-west-1:111122223333:wakes'],
    ],
    [
      'Auto Scaling',
      'CompleteLifecycleAction',
      { AutoScalingGroupName: 'ecs-web', InstanceId: 'i-2' },
      [groupArn],
    ],
    ['Auto Scaling', 'DescribeLifecycleHooks', { AutoScalingGroupName: 'ecs-web' }, ['*']],
    ['Auto Scaling', 'TerminateInstanceInAutoScalingGroup', { InstanceId: 'i-1' }, [groupArn]],
    ['Auto Scaling', 'TerminateInstanceInAutoScalingGroup', { InstanceId: 'i-2' }, []],
    ['EC2', 'DescribeInstances', {}, ['*']],
  ])('%s %s %j', (service, operation, input, arns) => {
    expect(resourcesOf({ service, operation, input }, account).map(({ arn }) => arn)).toEqual(arns)
  })

  it('of ECS name the cluster for conditions', () => {
    const [resource] = resourcesOf(
      { service: 'ECS', operation: 'StopTask', input: { cluster: 'web', task: '7' } },
      account,
    )
    expect(resource?.clusterArn).toBe(clusterArn)
  })
})
