import { GetTaskProtectionCommand, type ECSClient } from '@aws-sdk/client-ecs'

import { during } from '../aws/errors.ts'
import { chunksOf } from '../aws/pages.ts'

/** GetTaskProtection takes 100 tasks at most. */
const TASKS_PER_CALL = 100

/**
 * Until when tasks have asked not to be stopped, by task ARN; milliseconds since 1970. Standalone tasks cannot ask, and
 * ECS names them in `failures`; so it does with tasks that have ended meanwhile.
 */
export const readProtections = async (
  { ecs, cluster }: { readonly ecs: ECSClient; readonly cluster: string },
  taskArns: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const until = new Map<string, number>()
  for (const tasks of chunksOf(taskArns, TASKS_PER_CALL)) {
    const answer = await during(`reading the protection of ${tasks.length} tasks of cluster ${cluster}`, () =>
      ecs.send(new GetTaskProtectionCommand({ cluster, tasks })),
    )
    for (const { taskArn = '', protectionEnabled, expirationDate } of answer.protectedTasks ?? [])
      if (protectionEnabled && expirationDate !== undefined) until.set(taskArn, expirationDate.getTime())
  }
  return until
}
