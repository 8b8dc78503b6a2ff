import type {
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  TargetDescription,
  TargetHealth,
  TargetHealthDescription,
  TargetGroup as TargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { refuseUnmodelledMembers } from '../unmodelled-input.ts'
import { ServiceError, type Operation } from '../operation.ts'
import { targetKey, type TargetGroup, type TargetState } from './target-group.ts'

type Groups = ReadonlyMap<string, TargetGroup>
type Answer<Output> = Omit<Output, '$metadata'>

export const loadBalancingOperations = (groups: Groups): Readonly<Record<string, Operation>> => ({
  DescribeTargetGroups: (input: DescribeTargetGroupsCommandInput) => describeTargetGroups(groups, input),
  DescribeTargetGroupAttributes: (input: DescribeTargetGroupAttributesCommandInput) =>
    describeTargetGroupAttributes(groups, input),
  DescribeTargetHealth: (input: DescribeTargetHealthCommandInput) => describeTargetHealth(groups, input),
})

const describeTargetGroups = (
  groups: Groups,
  input: DescribeTargetGroupsCommandInput,
): Answer<DescribeTargetGroupsCommandOutput> => {
  refuseUnmodelledMembers('DescribeTargetGroups', input, ['TargetGroupArns', 'Names'])
  const all = [...groups.values()]
  const byArn = input.TargetGroupArns?.map((arn) => findGroup(groups, arn))
  const byName = input.Names?.map((name) => found(all.find((group) => group.name === name)))
  return { TargetGroups: (byArn ?? byName ?? all).map(targetGroupOutput) }
}

const targetGroupOutput = ({ arn, name, spec }: TargetGroup): TargetGroupOutput => ({
  TargetGroupArn: arn,
  TargetGroupName: name,
  Protocol: 'HTTP',
  Port: 80,
  TargetType: 'instance',
  HealthCheckEnabled: true,
  HealthCheckProtocol: 'HTTP',
  HealthCheckPort: 'traffic-port',
  HealthCheckPath: '/',
  HealthCheckIntervalSeconds: spec.healthCheckIntervalSeconds,
  HealthyThresholdCount: spec.healthyThreshold,
  UnhealthyThresholdCount: spec.unhealthyThreshold,
})

const describeTargetGroupAttributes = (
  groups: Groups,
  input: DescribeTargetGroupAttributesCommandInput,
): Answer<DescribeTargetGroupAttributesCommandOutput> => {
  refuseUnmodelledMembers('DescribeTargetGroupAttributes', input, ['TargetGroupArn'])
  const { spec } = findGroup(groups, input.TargetGroupArn)
  return {
    Attributes: [
      { Key: 'deregistration_delay.timeout_seconds', Value: String(spec.deregistrationDelaySeconds) },
      { Key: 'slow_start.duration_seconds', Value: '0' },
      { Key: 'stickiness.enabled', Value: 'false' },
      { Key: 'stickiness.type', Value: 'lb_cookie' },
      { Key: 'load_balancing.algorithm.type', Value: 'round_robin' },
      { Key: 'load_balancing.cross_zone.enabled', Value: 'use_load_balancer_configuration' },
    ],
  }
}

const describeTargetHealth = (
  groups: Groups,
  input: DescribeTargetHealthCommandInput,
): Answer<DescribeTargetHealthCommandOutput> => {
  refuseUnmodelledMembers('DescribeTargetHealth', input, ['TargetGroupArn', 'Targets'])
  const group = findGroup(groups, input.TargetGroupArn)
  const registered = Array.from(group.targets.values(), ({ address, state }) =>
    targetHealth({ Id: address.id, Port: address.port }, state),
  )
  const asked = input.Targets?.map((target) => targetHealth(target, askedState(group, target)))
  return { TargetHealthDescriptions: asked ?? registered }
}

/** A target that is not registered is `unused` when it is asked for by name, and left out otherwise. */
const askedState = (group: TargetGroup, { Id, Port }: TargetDescription): TargetState =>
  group.targets.get(targetKey({ id: Id ?? '', port: Port ?? 80 }))?.state ?? 'unused'

const targetHealth = ({ Id, Port }: TargetDescription, state: TargetState): TargetHealthDescription => ({
  Target: { Id, Port },
  ...(Port === undefined ? {} : { HealthCheckPort: String(Port) }),
  TargetHealth: { State: state, ...reasons[state] },
})

/** Reason codes and their meaning: the API reference's page TargetHealth. */
const reasons: Readonly<Record<TargetState, Pick<TargetHealth, 'Reason' | 'Description'>>> = {
  healthy: {},
  initial: { Reason: 'Elb.InitialHealthChecking', Description: 'Initial health checks in progress' },
  unhealthy: { Reason: 'Target.Timeout', Description: 'Request timed out' },
  draining: {
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
  unused: { Reason: 'Target.NotRegistered', Description: 'Target is not registered to the target group' },
}

const findGroup = (groups: Groups, arn: string | undefined): TargetGroup => found(groups.get(arn ?? ''))

const found = (group: TargetGroup | undefined): TargetGroup => {
  if (group === undefined)
    throw new ServiceError('TargetGroupNotFound', 'One or more target groups not found')
  return group
}
