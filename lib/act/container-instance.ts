import {
  DeleteAttributesCommand,
  DeregisterContainerInstanceCommand,
  PutAttributesCommand,
  UpdateContainerInstancesStateCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs'
import { during, isGone, isRefused } from '../aws/errors.ts'
import { allowOnly } from '../aws/failures.ts'
import { MEMORY_ATTRIBUTE } from '../decide/memory.ts'

interface ContainerInstance {
  readonly ecs: ECSClient
  readonly cluster: string
  readonly arn: string
}

/**
 * Sets a container instance to DRAINING, or back to ACTIVE. Repeating it changes nothing, as far as is known.
 *
 * @returns `gone` if ECS does not know it any more: what was looked at was old.
 * @throws also when ECS answers 200 and refuses in `failures`, which the SDK does not notice.
 */
export const setStatus = async (
  { ecs, cluster, arn }: ContainerInstance,
  status: 'DRAINING' | 'ACTIVE',
): Promise<'done' | 'gone'> => {
  const doing = `setting ${arn} to ${status}`
  const command = new UpdateContainerInstancesStateCommand({ cluster, containerInstances: [arn], status })
  const answer = await during(doing, () => ecs.send(command))
  allowOnly(GONE, doing, answer.failures)
  return answer.failures?.length ? 'gone' : 'done'
}

/** AWS lists no reasons for this call; these are what ECS says in others of what it does not know, or not any more. */
const GONE = ['MISSING', 'INACTIVE']

/**
 * Writes memory to the container instance. A refusal is an answer, not an error: the drain goes on without it.
 *
 * @returns false if ECS refused, for example because the container instance has ten attributes already.
 */
export const writeMemory = async (
  { ecs, cluster, arn }: ContainerInstance,
  value: string,
): Promise<boolean> => {
  const attribute = {
    name: MEMORY_ATTRIBUTE,
    value,
    targetType: 'container-instance',
    targetId: arn,
  } as const
  try {
    await during(`remembering the drain of ${arn}`, () =>
      ecs.send(new PutAttributesCommand({ cluster, attributes: [attribute] })),
    )
    return true
  } catch (error) {
    if (isRefused(error) || isGone(error)) return false
    throw error
  }
}

/** Removes the memory. That there is none, or no such container instance any more, is as good. */
export const deleteMemory = async ({ ecs, cluster, arn }: ContainerInstance): Promise<void> => {
  const attribute = { name: MEMORY_ATTRIBUTE, targetType: 'container-instance', targetId: arn } as const
  await unlessGone(`forgetting the drain of ${arn}`, () =>
    ecs.send(new DeleteAttributesCommand({ cluster, attributes: [attribute] })),
  )
}

/** Deregisters the container instance of a machine that is gone, so that ECS gives up its ghost tasks. */
export const deregister = async ({ ecs, cluster, arn }: ContainerInstance): Promise<void> => {
  await unlessGone(`deregistering ${arn}`, () =>
    ecs.send(new DeregisterContainerInstanceCommand({ cluster, containerInstance: arn, force: true })),
  )
}

const unlessGone = async (doing: string, work: () => Promise<unknown>): Promise<void> => {
  try {
    await during(doing, work)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}
