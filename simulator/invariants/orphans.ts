import type {
  ContainerInstance,
  DescribeContainerInstancesCommandOutput,
  ListContainerInstancesCommandOutput,
} from '@aws-sdk/client-ecs'

import type { CallRecord } from '../sdk/call-record.ts'
import { call } from '../world/call.ts'
import { instancesOf } from '../world/group-instances.ts'
import type { World } from '../world/world.ts'
import { everyMinute } from './every-minute.ts'
import { noticedAt, RESYNC_MS, type Watch } from './watch.ts'

/** Resync sees an orphan twice before it believes it, and may just have missed it the first time. */
const ORPHAN_PATIENCE_MS = 3 * RESYNC_MS

/** A notice explains DRAINING for so long; then nothing came of it, as `lib/decide/orphan.ts` has it. */
const NOTICE_PATIENCE_MS = 600_000

/** In service, DRAINING, by us, and no notice that explains it: from the moment in which faults end. */
export const watchOrphans = (watch: Watch, healsAt: number): void => {
  const since = new Map<string, number>()
  const { simulation } = watch.world
  const drainers = new Drainers(watch)
  const judge = (): void => {
    drainers.look()
    if (simulation.now() < healsAt) return
    const orphans = orphansOf(watch, drainers)
    for (const id of since.keys()) if (!orphans.includes(id)) since.delete(id)
    for (const id of orphans) {
      const first = since.get(id) ?? simulation.now()
      since.set(id, first)
      if (simulation.now() - first !== ORPHAN_PATIENCE_MS) continue
      const what = 'an instance in service stays DRAINING because of us, and without a cause'
      watch.report({ promise: 7, instanceId: id, at: simulation.now(), what })
    }
  }
  const untilHeal = healsAt - simulation.now()
  simulation.after(untilHeal % RESYNC_MS, () => everyMinute(watch.world, judge))
}

const orphansOf = (watch: Watch, drainers: Drainers): readonly string[] => {
  const { world, settings } = watch
  const now = world.simulation.now()
  const inService = new Set(
    settings.groups
      .flatMap((group) => instancesOf(world.autoScaling, group))
      .filter(({ lifecycleState }) => lifecycleState === 'InService')
      .map(({ instanceId }) => instanceId),
  )
  return containerInstancesOf(world, 'DRAINING')
    .filter(({ containerInstanceArn = '' }) => drainers.isDrainedByUs(containerInstanceArn))
    .map(({ ec2InstanceId = '' }) => ec2InstanceId)
    .filter((id) => inService.has(id) && now > (noticedAt(watch, id) ?? -Infinity) + NOTICE_PATIENCE_MS)
}

const containerInstancesOf = ({ ecs, spec }: World, status: string): readonly ContainerInstance[] => {
  const { cluster } = spec
  const listed = call<ListContainerInstancesCommandOutput>(ecs.model, 'ListContainerInstances', {
    cluster,
    status,
  })
  const containerInstances = listed.containerInstanceArns ?? []
  if (containerInstances.length === 0) return []
  const input = { cluster, containerInstances }
  const answer = call<DescribeContainerInstancesCommandOutput>(ecs.model, 'DescribeContainerInstances', input)
  return answer.containerInstances ?? []
}

/** Who set container instances to DRAINING, by the calls that were made, whatever anybody remembers of it. */
class Drainers {
  readonly #watch: Watch
  /** When each was last seen ACTIVE, by ARN: an agent or a person sets a state without a call that is recorded. */
  readonly #activeAt = new Map<string, number>()

  constructor(watch: Watch) {
    this.#watch = watch
  }

  /** To be called each minute. */
  look(): void {
    const { world } = this.#watch
    for (const { containerInstanceArn = '' } of containerInstancesOf(world, 'ACTIVE'))
      this.#activeAt.set(containerInstanceArn, world.simulation.now())
  }

  isDrainedByUs(containerInstance: string): boolean {
    const { world, drainFunctions } = this.#watch
    const last = world.calls.findLast((made) => isStatusSet(made, containerInstance))
    if (last === undefined || last.at < (this.#activeAt.get(containerInstance) ?? -Infinity)) return false
    return last.input['status'] === 'DRAINING' && drainFunctions.has(last.caller)
  }
}

const isStatusSet = ({ operation, input, hadEffect }: CallRecord, containerInstance: string): boolean =>
  operation === 'UpdateContainerInstancesState' &&
  hadEffect &&
  ((input as StatusInput).containerInstances ?? []).includes(containerInstance)

interface StatusInput {
  readonly containerInstances?: readonly string[]
}
