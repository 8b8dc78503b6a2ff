import {
  autoScalingAlternatives,
  defaultAssumptions,
  type AutoScalingAssumptions,
} from '../aws/auto-scaling/assumptions.ts'
import {
  cloudWatchAlternatives,
  defaultCloudWatchAssumptions,
  type CloudWatchAssumptions,
} from '../aws/cloudwatch/assumptions.ts'
import { defaultEc2Assumptions, ec2Alternatives, type Ec2Assumptions } from '../aws/ec2/assumptions.ts'
import { defaultEcsAssumptions, ecsAlternatives, type EcsAssumptions } from '../aws/ecs/assumptions.ts'

/** What AWS's documentation leaves open, where a world is to differ from what the services are taken to do. */
export interface Assumptions {
  readonly ecs?: Partial<EcsAssumptions>
  readonly autoScaling?: Partial<AutoScalingAssumptions>
  readonly cloudWatch?: Partial<CloudWatchAssumptions>
  readonly ec2?: Partial<Ec2Assumptions>
}

/** Every switch of every service: what it is taken to be, and what it may be instead. */
export const switches = {
  ecs: { defaults: defaultEcsAssumptions, alternatives: ecsAlternatives },
  autoScaling: { defaults: defaultAssumptions, alternatives: autoScalingAlternatives },
  cloudWatch: { defaults: defaultCloudWatchAssumptions, alternatives: cloudWatchAlternatives },
  ec2: { defaults: defaultEc2Assumptions, alternatives: ec2Alternatives },
} as const
