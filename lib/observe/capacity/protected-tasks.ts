import { serviceOfGroup } from '../../capacity/service-group.ts'
import type { ClusterSnapshot } from '../../capacity/snapshot.ts'
import type { TaskSnapshot } from '../../capacity/workload.ts'
import { readProtections } from '../protections.ts'
import type { CapacityObserver } from './capacity-observer.ts'

/** Which instances somebody would like to take away, given a snapshot. */
export type Choose = (snapshot: ClusterSnapshot) => readonly string[]

/** An instance that turns out to have protected tasks makes others come to the fore, but not for ever. */
const MOST_ROUNDS = 3

/**
 * The snapshot with the protection of every task that it matters for: those of services on instances that would be taken
 * away. What has not been asked after some rounds counts as protected, so that nothing is taken away unasked.
 */
export const withProtections = async (
  observer: CapacityObserver,
  snapshot: ClusterSnapshot,
  choose: Choose,
): Promise<ClusterSnapshot> => {
  const asked = new Set<string>()
  let seen = snapshot
  for (let round = 1; ; round += 1) {
    const arns = unaskedTasks(seen, choose(seen), asked)
    if (arns.length === 0) return seen
    if (round > MOST_ROUNDS) return marked(seen, new Set(arns))
    seen = marked(seen, await readProtected(observer, arns))
    for (const arn of arns) asked.add(arn)
  }
}

const unaskedTasks = (
  { instances, tasks }: ClusterSnapshot,
  chosen: readonly string[],
  asked: ReadonlySet<string>,
): readonly string[] => {
  const ids = new Set(chosen)
  const arns = new Set(
    instances.flatMap(({ instanceId, containerInstance }) =>
      containerInstance !== undefined && ids.has(instanceId) ? [containerInstance.arn] : [],
    ),
  )
  const isOpen = ({ arn, group, containerInstanceArn = '' }: TaskSnapshot) =>
    arns.has(containerInstanceArn) && serviceOfGroup(group) !== undefined && !asked.has(arn)
  return tasks.filter(isOpen).map(({ arn }) => arn)
}

const readProtected = async ({ clients, clock, cluster }: CapacityObserver, arns: readonly string[]) => {
  const until = await readProtections({ ecs: clients.ecs, cluster }, arns)
  const now = clock.now()
  return new Set([...until].filter(([, expiry]) => expiry > now).map(([arn]) => arn))
}

/** Where nothing is protected, the same snapshot: what was worked out from it still stands. */
const marked = (snapshot: ClusterSnapshot, arns: ReadonlySet<string>): ClusterSnapshot =>
  arns.size === 0
    ? snapshot
    : {
        ...snapshot,
        tasks: snapshot.tasks.map((task) => (arns.has(task.arn) ? { ...task, isProtected: true } : task)),
      }
