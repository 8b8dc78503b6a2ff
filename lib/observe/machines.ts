import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2'
import { during } from '../aws/errors.ts'
import { allPages, chunksOf } from '../aws/pages.ts'
import type { MachineFacts } from '../decide/facts.ts'

/** One filter takes 200 values at most. */
const INSTANCES_PER_CALL = 200

/**
 * EC2's state of these machines, by instance id. Asked by filter: asked by id, one machine that EC2 has forgotten
 * fails the whole call. A machine that EC2 does not mention is absent, which proves nothing: it may be too new.
 */
export const readMachines = async (
  ec2: EC2Client,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, MachineFacts>> => {
  const machines = new Map<string, MachineFacts>()
  for (const Values of chunksOf(instanceIds, INSTANCES_PER_CALL)) {
    const found = await during(`describing EC2 instances ${Values.join(', ')}`, () =>
      allPages(async (NextToken) => {
        const command = new DescribeInstancesCommand({
          Filters: [{ Name: 'instance-id', Values }],
          NextToken,
        })
        const answer = await ec2.send(command)
        const items = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances)
        return { items, token: answer.NextToken }
      }),
    )
    for (const instance of found) machines.set(instance.InstanceId ?? '', factsOf(instance))
  }
  return machines
}

/** Auto Scaling puts its group's name into this tag; it stays when the group has forgotten the instance. */
const GROUP_TAG = 'aws:autoscaling:groupName'

const factsOf = ({ State, LaunchTime, Tags }: Instance): MachineFacts => {
  const autoScalingGroupName = Tags?.find(({ Key }) => Key === GROUP_TAG)?.Value
  return {
    state: State?.Name ?? 'unknown',
    ...(LaunchTime && { launchedAt: LaunchTime.getTime() }),
    ...(autoScalingGroupName !== undefined && { autoScalingGroupName }),
  }
}
