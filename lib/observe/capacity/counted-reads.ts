import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs'

/** ECS as it is read for a snapshot, and how often it was asked. */
interface CountedReads {
  readonly ecs: ECSClient
  /** Calls so far that draw on the cluster's read bucket. */
  readonly count: () => number
}

/** What shares one bucket of an account and region ("Request throttling for the Amazon ECS API"). */
const BUCKET = [
  ListContainerInstancesCommand,
  DescribeContainerInstancesCommand,
  ListTasksCommand,
  DescribeTasksCommand,
]

/** Counts the calls of a client; attempts that the SDK repeats are counted once. */
export const countReads = (ecs: ECSClient): CountedReads => {
  let count = 0
  const send = (command: object) => {
    if (BUCKET.some((counted) => command instanceof counted)) count += 1
    return ecs.send(command as never)
  }
  // Whoever reads asks for `send` only.
  return { ecs: { send } as unknown as ECSClient, count: () => count }
}
