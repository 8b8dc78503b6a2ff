import * as z from 'zod'
import type { Group } from './group.ts'
import type { Member } from './member.ts'
import { isBalanced, victimsForScaleIn } from './termination-order.ts'

export type TerminationCause = 'SCALE_IN' | 'INSTANCE_REFRESH' | 'MAX_INSTANCE_LIFETIME' | 'REBALANCE'

/** "Create a custom termination policy with Lambda": so many instances in one event. */
const MOST_OFFERED_INSTANCES = 30_000

/**
 * What the function of a custom termination policy receives:
 *
 *     {"AutoScalingGroupARN":"arn:aws:autoscaling:…","AutoScalingGroupName":"ecs-web",
 *      "CapacityToTerminate":[{"AvailabilityZone":"eu-west-1b","Capacity":2,"InstanceMarketOption":"on-demand"}],
 *      "Instances":[{"AvailabilityZone":"eu-west-1b","InstanceId":"i-0056faf8da3e1f75d",
 *                    "InstanceType":"m7g.large","InstanceMarketOption":"on-demand"}],
 *      "Cause":"SCALE_IN"}
 *
 * Zones come first: a group out of balance offers only the instances of the zones that must give.
 */
export const terminationEvent = (
  situation: { readonly group: Group; readonly now: number },
  request: { readonly cause: TerminationCause; readonly eligible: readonly Member[]; readonly count: number },
): object => {
  const { group } = situation
  const { cause, eligible, count } = request
  const givers = victimsForScaleIn(situation, eligible, count)
  const zones = new Set(givers.map(({ availabilityZone }) => availabilityZone))
  const offered = isBalanced(group)
    ? eligible
    : eligible.filter(({ availabilityZone }) => zones.has(availabilityZone))
  return {
    AutoScalingGroupARN: group.arn,
    AutoScalingGroupName: group.name,
    CapacityToTerminate: [...zones].map((zone) => ({
      AvailabilityZone: zone,
      Capacity: givers.filter(({ availabilityZone }) => availabilityZone === zone).length,
      InstanceMarketOption: marketOf(group),
    })),
    Instances: offered.slice(0, MOST_OFFERED_INSTANCES).map((member) => ({
      AvailabilityZone: member.availabilityZone,
      InstanceId: member.instanceId,
      InstanceType: member.instanceType,
      InstanceMarketOption: marketOf(group),
    })),
    Cause: cause,
    ...(offered.length > MOST_OFFERED_INSTANCES && { HasMoreInstances: true }),
  }
}

/** A group of the model buys all of its machines in one way. */
const marketOf = ({ spec }: Group): 'spot' | 'on-demand' => spec.market ?? 'on-demand'

const answerSchema = z.object({ InstanceIDs: z.array(z.string()) })

/** What cannot be read counts as no instance, as an error does; AWS says so only of errors and time-outs. */
export const readVictims = (response: string | undefined): readonly string[] => {
  if (response === undefined) return []
  const answer = answerSchema.safeParse(JSON.parse(response))
  return answer.success ? answer.data.InstanceIDs : []
}
