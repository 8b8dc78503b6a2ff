import type {
  Activity,
  Alarm,
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  Instance,
  InstanceRefresh,
  LifecycleHook,
  PutLifecycleHookCommandInput,
  ScalingPolicy,
  TagDescription,
  WarmPoolConfiguration,
} from '@aws-sdk/client-auto-scaling'
import type { AutoScalingAssumptions } from '../../../../simulator/aws/auto-scaling/assumptions.ts'
import { AutoScaling } from '../../../../simulator/aws/auto-scaling/auto-scaling.ts'
import { CloudWatch } from '../../../../simulator/aws/cloudwatch/cloudwatch.ts'
import type { EndedAction } from '../../../../simulator/aws/auto-scaling/lifecycle-actions.ts'
import { Ec2 } from '../../../../simulator/aws/ec2/ec2.ts'
import type { AwsEvent } from '../../../../simulator/aws/event.ts'
import { Simulation } from '../../../../simulator/engine/simulation.ts'
import type { GroupSpec } from '../../../../simulator/world/world-spec.ts'

export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']

/** How long a custom termination policy takes here. */
const POLICY_MS = 500

export const groupSpec = (overrides: Partial<GroupSpec> = {}): GroupSpec => ({
  name: 'web-a',
  instanceType: 'm7g.large',
  cpu: 2_048,
  memory: 8_192,
  desired: 3,
  min: 1,
  max: 6,
  bootSeconds: 40,
  registrationSeconds: 10,
  ...overrides,
})

/** What calls return, by operation: only what the tests read. */
interface Answer {
  readonly AutoScalingGroups: AutoScalingGroup[]
  readonly AutoScalingInstances: AutoScalingInstanceDetails[]
  readonly LifecycleHooks: LifecycleHook[]
  readonly Activities: Activity[]
  readonly Activity: Activity
  readonly InstanceRefreshes: InstanceRefresh[]
  readonly InstanceRefreshId: string
  readonly WarmPoolConfiguration?: WarmPoolConfiguration
  /** Of the warm pool. */
  readonly Instances: Instance[]
  readonly ScalingPolicies: ScalingPolicy[]
  readonly PolicyARN: string
  readonly Alarms: Alarm[]
  readonly Tags: TagDescription[]
  readonly NextToken?: string
}

/** What a custom termination policy is asked: only what the tests read. */
export interface TerminationEvent {
  readonly Cause: string
  readonly CapacityToTerminate: readonly { readonly AvailabilityZone: string; readonly Capacity: number }[]
  readonly Instances: readonly { readonly InstanceId: string; readonly AvailabilityZone: string }[]
}

interface WorldOptions {
  readonly spec?: Partial<GroupSpec>
  readonly zones?: readonly string[]
  readonly assumptions?: Partial<AutoScalingAssumptions>
  /** The function of a custom termination policy, which answers at once. Absent: none answers. */
  readonly policy?: (event: TerminationEvent) => unknown
  /** ARNs of targets that take nothing. */
  readonly deadTargets?: readonly string[]
}

/** A simulated EC2 and one running group, with what they said written down. */
export const openWorld = ({
  spec,
  zones = ZONES,
  assumptions = {},
  policy,
  deadTargets = [],
}: WorldOptions = {}) => {
  const simulation = new Simulation({ seed: 11 })
  const account = { region: 'eu-west-1', accountId: '111122223333' }
  const events: AwsEvent[] = []
  const ended: EndedAction[] = []
  const messages: { readonly arn: string; readonly body: Record<string, string> }[] = []
  const dead = new Set(deadTargets)
  const publish = (event: AwsEvent) => events.push(event)
  const ec2 = new Ec2({ simulation, account, publish })
  const cloudWatch = new CloudWatch({
    simulation,
    account,
    publish,
    act: (arn, notice) => autoScaling.onAlarm(arn, notice),
  })
  const autoScaling = new AutoScaling({
    alarms: cloudWatch,
    simulation,
    account,
    machines: ec2,
    publish,
    assumptions,
    ...(policy && {
      askPolicy: ({ payload }, onEnd) => {
        const answer = policy(JSON.parse(payload) as TerminationEvent)
        simulation.after(POLICY_MS, () => onEnd(answer === undefined ? undefined : JSON.stringify(answer)))
      },
    }),
    notify: ({ arn, body }) => {
      if (dead.has(arn)) return 'rejected'
      messages.push({ arn, body: JSON.parse(body) as Record<string, string> })
      return 'accepted'
    },
  })
  autoScaling.onActionEnded((action) => ended.push(action))
  autoScaling.createRunningGroup(groupSpec(spec), zones)

  const call = (operation: string, input: object): Answer => {
    const answer = autoScaling.model.operations[operation]
    if (answer === undefined) throw new Error(`${operation} is not modelled`)
    return answer(input as never) as Answer
  }
  const group = () => call('DescribeAutoScalingGroups', {}).AutoScalingGroups[0]!
  const instances = () => group().Instances ?? []
  return {
    simulation,
    ec2,
    cloudWatch,
    autoScaling,
    events,
    ended,
    messages,
    dead,
    call,
    group,
    instances,
    states: () => instances().map(({ LifecycleState }) => LifecycleState),
    stateOf: (id: string) => instances().find(({ InstanceId }) => InstanceId === id)?.LifecycleState,
    idAt: (index: number) => instances()[index]!.InstanceId!,
    pass: (seconds: number) => simulation.runUntil(simulation.now() + seconds * 1_000),
    activities: () => call('DescribeScalingActivities', { AutoScalingGroupName: 'web-a' }).Activities,
    putHook: (hook: Partial<PutLifecycleHookCommandInput> = {}) =>
      call('PutLifecycleHook', {
        LifecycleHookName: 'drain',
        AutoScalingGroupName: 'web-a',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 300,
        DefaultResult: 'CONTINUE',
        ...hook,
      }),
    terminate: (id: string) =>
      call('TerminateInstanceInAutoScalingGroup', { InstanceId: id, ShouldDecrementDesiredCapacity: true }),
    /** Ids of instances that came after `before`. */
    newcomers: (before: readonly (string | undefined)[]) =>
      instances()
        .map(({ InstanceId }) => InstanceId!)
        .filter((id) => !before.includes(id)),
    lifecycleEvents: () =>
      events.filter(({ detailType }) => detailType.endsWith('Lifecycle Action')).map(({ detail }) => detail),
    complete: (id: string, result = 'CONTINUE', hook = 'drain') =>
      call('CompleteLifecycleAction', {
        LifecycleHookName: hook,
        AutoScalingGroupName: 'web-a',
        InstanceId: id,
        LifecycleActionResult: result,
      }),
    beat: (id: string, hook = 'drain') =>
      call('RecordLifecycleActionHeartbeat', {
        LifecycleHookName: hook,
        AutoScalingGroupName: 'web-a',
        InstanceId: id,
      }),
    setDesired: (desired: number) =>
      call('SetDesiredCapacity', { AutoScalingGroupName: 'web-a', DesiredCapacity: desired }),
  }
}
