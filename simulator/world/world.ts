import type { ApplicationAutoScaling } from '../aws/application-auto-scaling/application-auto-scaling.ts'
import { AutoScaling } from '../aws/auto-scaling/auto-scaling.ts'
import type { AlarmNotice } from '../aws/cloudwatch/alarm.ts'
import { CloudWatch } from '../aws/cloudwatch/cloudwatch.ts'
import { machineTypesOf } from '../aws/auto-scaling/machine-types.ts'
import { Ec2, type Offer } from '../aws/ec2/ec2.ts'
import { Ecs } from '../aws/ecs/ecs.ts'
import { withManagedDrainingHook } from '../aws/ecs/managed-draining-hook.ts'
import { EventBridge } from '../aws/eventbridge/event-bridge.ts'
import { Lambda } from '../aws/lambda/lambda.ts'
import type { AwsEvent } from '../aws/event.ts'
import type { ServiceModel } from '../aws/operation.ts'
import { LoadBalancing } from '../aws/load-balancing/load-balancing.ts'
import { S3 } from '../aws/s3/s3.ts'
import { Sns } from '../aws/sns/sns.ts'
import { securityTokenService } from '../aws/sts/security-token-service.ts'
import { Sqs } from '../aws/sqs/sqs.ts'
import { ResponseUrls } from '../cloudformation/response-urls.ts'
import { ZonalShifts } from '../aws/zonal-shift/zonal-shifts.ts'
import { Simulation } from '../engine/simulation.ts'
import type { CallFaults } from '../sdk/call-fault.ts'
import type { CallRecord } from '../sdk/call-record.ts'
import { SdkTransport } from '../sdk/sdk-transport.ts'
import { Traffic } from '../traffic/traffic.ts'
import { actOnAlarm, putOwnMetrics } from './cloudwatch-ties.ts'
import { instancesInService } from './group-instances.ts'
import { scaleServices } from './service-auto-scaling.ts'
import { askPolicyOf, deliverTo, notifyTarget } from './targets.ts'
import type { GroupSpec, WorldSpec } from './world-spec.ts'

/** One simulated AWS account in one region, with one ECS cluster and its groups. */
export interface World {
  readonly spec: WorldSpec
  readonly simulation: Simulation
  readonly ec2: Ec2
  readonly autoScaling: AutoScaling
  readonly loadBalancing: LoadBalancing
  readonly ecs: Ecs
  readonly sqs: Sqs
  readonly sns: Sns
  readonly s3: S3
  readonly cloudWatch: CloudWatch
  readonly eventBridge: EventBridge
  readonly lambda: Lambda
  readonly traffic: Traffic
  /** What moves the desired counts of services that follow their requests. */
  readonly serviceAutoScaling: ApplicationAutoScaling
  readonly zonalShifts: ZonalShifts
  /** Where custom resources of stacks answer. */
  readonly responseUrls: ResponseUrls
  readonly transport: SdkTransport
  /** What can be asked of each service. */
  readonly models: readonly ServiceModel[]
  /** Every call of every SDK client, in the order of their effects. */
  readonly calls: readonly CallRecord[]
  /** Adds a call that did not come through the transport. */
  readonly record: (call: CallRecord) => void
  /** From now on calls go wrong as `faults` says. */
  readonly setFaults: (faults: CallFaults) => void
}

/** Builds the account and lets the cluster be in order: instances in service, registered, their tasks running. */
export const createWorld = (wanted: WorldSpec, seed: number): World => {
  const spec = { ...wanted, groups: wanted.groups.map(withManagedDrainingHook) }
  const { startsAt } = spec
  const simulation = new Simulation({ seed, ...(startsAt !== undefined && { startsAt }) })
  const account = { region: spec.region, accountId: spec.accountId }
  const calls: CallRecord[] = []
  const services = buildServices(spec, simulation)
  const { ec2, autoScaling, ecs, loadBalancing, sqs, sns, s3, cloudWatch, eventBridge } = services
  const zonalShifts = new ZonalShifts({ simulation, resources: autoScaling.shiftable })
  const modelled = [ec2, autoScaling, ecs, loadBalancing, sqs, sns, s3, cloudWatch, eventBridge, zonalShifts]
  const models = [...modelled.map(({ model }) => model), securityTokenService(account)]
  let faults: CallFaults = () => undefined
  const record = (made: CallRecord) => {
    calls.push(made)
  }
  const transport = new SdkTransport({
    simulation,
    account,
    models,
    onCall: record,
    faults: (made) => faults(made),
    tagsOf: (arn) => autoScaling.tagsOf(arn.slice(arn.lastIndexOf('/') + 1)),
    groupOf: (instanceId) => autoScaling.groupNameOf(instanceId),
  })
  const setFaults = (chosen: CallFaults) => {
    faults = chosen
  }
  const responseUrls = new ResponseUrls(simulation)
  const parts = { ...services, zonalShifts, responseUrls, transport, models }
  const quiet = { spec, simulation, ...parts, calls, record, setFaults }
  settle(quiet)
  const traffic = new Traffic({ simulation, loadBalancing, ecs, machines: ec2, services: spec.services })
  const serviceAutoScaling = scaleServices({ ...quiet, traffic })
  return { ...quiet, traffic, serviceAutoScaling }
}

type Services = Pick<
  World,
  | 'ec2'
  | 'autoScaling'
  | 'loadBalancing'
  | 'ecs'
  | 'sqs'
  | 'sns'
  | 's3'
  | 'cloudWatch'
  | 'eventBridge'
  | 'lambda'
>

/** The services, tied together as AWS ties them: by events, and by what ECS asks of Auto Scaling. */
const buildServices = (spec: WorldSpec, simulation: Simulation): Services => {
  const { cluster: clusterName, groups } = spec
  const taken = { ecs: {}, autoScaling: {}, cloudWatch: {}, ec2: {}, ...spec.assumptions }
  const account = { region: spec.region, accountId: spec.accountId }
  const sqs = new Sqs({ simulation, account })
  const lambda = new Lambda({ simulation, account })
  const deliver = deliverTo({ sqs, lambda })
  const eventBridge = new EventBridge({ simulation, account, deliver })
  const sns = new Sns({ simulation, account, deliver })
  const publish = (event: AwsEvent) => {
    eventBridge.publish(event)
    ecs.hear(event)
  }
  const ec2 = new Ec2({ simulation, account, publish, offer: offerOf(groups), assumptions: taken.ec2 })
  const loadBalancing = new LoadBalancing({ simulation, account })
  const ground = { simulation, account, machines: ec2, publish }
  const ecs = new Ecs({
    ...ground,
    clusterName,
    loadBalancing,
    groups,
    autoScaling: () => autoScaling.model,
    putMetric: (sample) => cloudWatch.putSample(sample),
    assumptions: taken.ecs,
  })
  const s3 = new S3({ simulation })
  const act = (arn: string, notice: AlarmNotice) => actOnAlarm({ autoScaling, sns })(arn, notice)
  const cloudWatch = new CloudWatch({ ...ground, act, assumptions: taken.cloudWatch })
  putOwnMetrics(cloudWatch, { simulation, lambda, sqs })
  const notify = notifyTarget({ sqs, sns })
  const autoScaling = new AutoScaling({
    ...ground,
    notify,
    askPolicy: askPolicyOf(lambda, account),
    alarms: cloudWatch,
    assumptions: taken.autoScaling,
  })
  return { ec2, autoScaling, loadBalancing, ecs, sqs, sns, s3, cloudWatch, eventBridge, lambda }
}

/** Each group has a launch template of its own name, for the type that it prefers. */
const offerOf = (groups: readonly GroupSpec[]): Offer => ({
  types: [...new Map(groups.flatMap(machineTypesOf).map((type) => [type.instanceType, type])).values()],
  launchTemplates: groups.map(({ name, instanceType }) => ({ name, instanceType })),
})

/** Everything that stands when virtual time begins has stood for a while. */
const settle = ({ spec, autoScaling, ecs }: Omit<World, 'traffic' | 'serviceAutoScaling'>): void => {
  for (const group of spec.groups) {
    autoScaling.createRunningGroup(group, spec.zones)
    if (group.registrationSeconds === undefined) continue
    const { givenInstances = [] } = group
    for (const instanceId of instancesInService(autoScaling, group.name)) {
      const given = givenInstances.find((instance) => instance.instanceId === instanceId)
      ecs.registerInstance(instanceId, given?.containerInstanceArn)
    }
  }
  ecs.settle(spec)
}
