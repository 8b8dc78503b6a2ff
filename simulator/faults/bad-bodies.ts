import type { Random } from '../engine/random.ts'
import type { World } from '../world/world.ts'

/** What a bad message is made from. */
export interface BadBodyGround {
  readonly world: World
  readonly random: Random
  /** Of the good message beside it. */
  readonly body: string
}

type BadBody = (ground: BadBodyGround) => string

/** Long enough to be a burden, and short enough for ten of them in one invocation. */
const HUGE_CHARACTERS = 100_000

/** Another account and region than those of every simulated world. */
const ELSEWHERE = { account: '444455556666', region: 'us-west-2' } as const

/** What cannot be read at all. */
const unreadable: readonly BadBody[] = [
  () => ' ',
  () => 'null',
  () => '"{}"',
  () => '[{"detail-type":"EC2 Instance-terminate Lifecycle Action"}]',
  ({ body, random }) => body.slice(0, random.integer(1, Math.max(1, body.length - 1))),
  () => 'x'.repeat(HUGE_CHARACTERS),
  () => '['.repeat(HUGE_CHARACTERS),
  () => JSON.stringify({ padding: 'x'.repeat(HUGE_CHARACTERS) }),
  () => '{"detail-type":"constructor","__proto__":{"source":"aws.ecs"}}',
]

/** What has the form of a message, with something in it that is none of ours or of no known form. */
const halfRight: readonly BadBody[] = [
  (ground) => lookAgain(ground, { version: 2 }),
  (ground) => lookAgain(ground, { hop: 99 }),
  (ground) => lookAgain(ground, { instanceId: 17, occurredAt: 'now' }),
  (ground) => lookAgain(ground, { autoScalingGroupName: 'theirs' }),
  (ground) => lookAgain(ground, { instanceId: 'i-00000000000000000' }),
  (ground) => lifecycleEvent(ground, { LifecycleHookName: 'theirs' }),
  (ground) => lifecycleEvent(ground, { AutoScalingGroupName: 'theirs' }),
  (ground) => lifecycleEvent(ground, { EC2InstanceId: 'i-00000000000000000' }),
  (ground) => lifecycleEvent(ground, { EC2InstanceId: ['i-00000000000000000'] }),
  (ground) => lifecycleEvent(ground, { LifecycleTransition: 'autoscaling:EC2_INSTANCE_SLEEPING' }),
  (ground) => stoppedTask(ground, { account: ELSEWHERE.account, region: ELSEWHERE.region }),
  (ground) => stoppedTask(ground, { cluster: 'theirs' }),
  (ground) => stoppedTask(ground, { lastStatus: 7 }),
  ({ world }) => event(world, 'aws.ec2: EC2 Spot Instance Interruption Warning', { 'instance-id': 'i-' }),
]

export const badBodies: readonly BadBody[] = [...unreadable, ...halfRight]

const lookAgain = ({ world }: BadBodyGround, changes: object): string =>
  JSON.stringify({
    ebbtide: 'look-again',
    version: 1,
    instanceId: someInstance(world),
    autoScalingGroupName: world.spec.groups[0]?.name,
    hop: 1,
    occurredAt: world.simulation.now(),
    ...changes,
  })

/** Without the changes it would be our own hook's, of an instance that perhaps nobody terminates. */
const lifecycleEvent = ({ world }: BadBodyGround, changes: object): string =>
  event(world, 'aws.autoscaling: EC2 Instance-terminate Lifecycle Action', {
    LifecycleActionToken: '00000000-0000-0000-0000-000000000000',
    AutoScalingGroupName: world.spec.groups[0]?.name,
    LifecycleHookName: `ebbtide-${world.spec.cluster}`,
    EC2InstanceId: someInstance(world),
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    ...changes,
  })

const stoppedTask = ({ world, random }: BadBodyGround, changes: object): string => {
  const { region, accountId: account, cluster } = world.spec
  const place = { region, account, cluster, lastStatus: 'STOPPED', ...changes }
  const arn = (resource: string) => `arn:aws:ecs:${place.region}:${place.account}:${resource}`
  return event(world, 'aws.ecs: ECS Task State Change', {
    clusterArn: arn(`cluster/${place.cluster}`),
    containerInstanceArn: arn(`container-instance/${place.cluster}/${random.hex(32)}`),
    taskArn: arn(`task/${place.cluster}/${random.hex(32)}`),
    launchType: 'EC2',
    lastStatus: place.lastStatus,
  })
}

const event = ({ spec, simulation }: World, type: `${string}: ${string}`, detail: object): string => {
  const [source, detailType] = type.split(': ')
  return JSON.stringify({
    version: '0',
    source,
    'detail-type': detailType,
    account: spec.accountId,
    region: spec.region,
    time: new Date(simulation.now()).toISOString(),
    detail,
  })
}

/** The first that the account has, whatever it does. */
const someInstance = ({ ec2 }: World): string => ec2.machines[0]?.instanceId ?? 'i-00000000000000000'
