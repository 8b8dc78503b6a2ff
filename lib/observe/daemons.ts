import {
  DescribeServicesCommand,
  ListServicesCommand,
  type ECSClient,
  type Service,
} from '@aws-sdk/client-ecs'

import { during } from '../aws/errors.ts'
import { allowOnlyMissing } from '../aws/failures.ts'
import { allPages, chunksOf } from '../aws/pages.ts'
import type { Memo } from './memo.ts'

/** Daemons are created and deleted by deployments; a launch waits minutes anyway. */
export const DAEMON_MEMO_MS = 60_000

/** DescribeServices takes 10 at most. */
const SERVICES_PER_CALL = 10

interface DaemonQuestion {
  readonly ecs: ECSClient
  readonly cluster: string
  readonly memo: Memo<readonly string[]>
}

/**
 * Names of the daemon services that want a task on every instance. A daemon with placement constraints is meant for
 * some instances only; which, ECS alone can tell, so a launch does not wait for it.
 */
export const readDaemons = async ({ ecs, cluster, memo }: DaemonQuestion): Promise<readonly string[]> => {
  const known = memo.get(cluster)
  if (known !== undefined) return known
  const doing = `listing the daemons of cluster ${cluster}`
  const arns = await during(doing, () =>
    allPages(async (nextToken) => {
      const command = new ListServicesCommand({
        cluster,
        schedulingStrategy: 'DAEMON',
        nextToken,
        maxResults: 100,
      })
      const answer = await ecs.send(command)
      return { items: answer.serviceArns ?? [], token: answer.nextToken }
    }),
  )
  const names: string[] = []
  for (const services of chunksOf(arns, SERVICES_PER_CALL)) {
    const answer = await during(doing, () => ecs.send(new DescribeServicesCommand({ cluster, services })))
    allowOnlyMissing(doing, answer.failures)
    names.push(
      ...(answer.services ?? []).filter(isForEveryInstance).flatMap(({ serviceName }) => serviceName ?? []),
    )
  }
  memo.set(cluster, names)
  return names
}

const isForEveryInstance = ({ status, placementConstraints = [] }: Service): boolean =>
  status === 'ACTIVE' && placementConstraints.length === 0
