import { formatMemory, MEMORY_ATTRIBUTE } from '../../lib/decide/memory.ts'
import type { DeployedFunction } from '../cloudformation/functions.ts'
import { call } from '../world/call.ts'
import { deployEbbtide } from '../world/deploy-ebbtide.ts'
import type { ServiceSpec, WorldSpec } from '../world/world-spec.ts'
import { createWorld, type World } from '../world/world.ts'
import type { Stage, Subject } from './subject.ts'

/** Any would do; the same one always, so that a replay can be repeated. */
const SEED = 1

/** From what a message tells of until its queue has it, in ordinary times. */
const DELIVERY_MS = 300

/** The world begins this long before the message, so that a drain can have begun and settled. */
const PRELUDE_MS = 20_000

/** Into the prelude: DRAINING has been set, a moment after the hook began to wait. */
const DRAINING_AFTER_MS = 3_000

/** From `Terminating` to the hook's wait. */
const HOOK_AFTER_MS = 1_000

/** A last task that takes this long to end has stopped about when the message says so. */
const LAST_TASK_STOPS_SECONDS = 11

/** A task that has not stopped by then never will: the world is not what it was meant to be. */
const LAST_TASK_PATIENCE_MS = 60_000

export interface StagedWorld {
  readonly world: World
  readonly functions: readonly DeployedFunction[]
}

/**
 * A small world that holds what a message names, under the very ids, in the state that the message implies, and at its
 * time. Ebbtide is deployed but has heard of nothing yet.
 *
 * @throws {Error} when the template cannot be packaged for the cluster or the group that the message names.
 */
export const stageWorld = async (subject: Subject, onPackaging?: () => void): Promise<StagedWorld> => {
  const world = createWorld(worldSpecOf(subject), SEED)
  // A stored message concerns drains; nothing else is to happen beside it.
  const { functions } = await deployEbbtide(world, { scale: 'off' }, onPackaging)
  world.eventBridge.dropDeliveries(() => true)
  const messageAt = world.simulation.now() + PRELUDE_MS
  const startsAt = messageAt - terminatedBeforeMs[subject.stage]
  if (subject.stage !== 'in-service') at(world, startsAt, () => terminate(world, subject))
  if (isDraining(subject.stage))
    at(world, startsAt + DRAINING_AFTER_MS, () => drain(world, subject, startsAt))
  await world.simulation.runUntil(messageAt)
  if (subject.stage === 'last-task-stopped') await waitForLastTask(world, subject)
  if (subject.agent === 'disconnected') world.ecs.disconnectAgent(subject.instanceId)
  changeMachine(world, subject)
  await world.simulation.runUntil(world.simulation.now() + DELIVERY_MS)
  world.eventBridge.dropDeliveries()
  return { world, functions }
}

const changeMachine = ({ ec2 }: World, { machine, instanceId }: Subject): void => {
  if (machine === 'stops') ec2.stop(instanceId)
  if (machine === 'terminates') ec2.terminate(instanceId)
}

/** How long before the message the termination has begun. */
const terminatedBeforeMs: Readonly<Record<Stage, number>> = {
  'in-service': 0,
  terminating: HOOK_AFTER_MS,
  draining: PRELUDE_MS,
  'task-leaving': PRELUDE_MS,
  'last-task-stopped': PRELUDE_MS,
}

const isDraining = (stage: Stage): boolean => stage !== 'in-service' && stage !== 'terminating'

const at = ({ simulation }: World, time: number, action: () => void): void => {
  simulation.after(time - simulation.now(), action)
}

const worldSpecOf = (subject: Subject): WorldSpec => {
  const { region, accountId, cluster, instanceId, containerInstanceArn, occurredAt } = subject
  const first = { instanceId, ...(containerInstanceArn !== undefined && { containerInstanceArn }) }
  const givenInstances = [first, ...subject.otherInstanceIds.map((id) => ({ instanceId: id }))]
  const desired = Math.max(INSTANCES, givenInstances.length)
  return {
    region,
    accountId,
    cluster,
    zones: ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
    groups: [{ ...machines, desired, max: 2 * desired, name: subject.autoScalingGroupName, givenInstances }],
    services: [{ ...serviceOf(subject), desired }],
    daemons: [],
    standaloneTasks: [],
    ...(occurredAt !== undefined && { startsAt: occurredAt - PRELUDE_MS }),
  }
}

/** One in each zone: the tasks of one that leaves fit on the others. */
const INSTANCES = 3

const machines = {
  instanceType: 'm7g.large',
  cpu: 2_048,
  memory: 7_680,
  min: 0,
  bootSeconds: 40,
  registrationSeconds: 20,
}

/** One task on each instance. With no healthy minimum, ECS stops the task of a DRAINING instance at once. */
const serviceOf = ({ stage, serviceName: name, taskArn }: Subject): Omit<ServiceSpec, 'desired'> => ({
  name,
  cpu: 256,
  memory: 512,
  startSeconds: 15,
  stopSeconds: stage === 'last-task-stopped' ? LAST_TASK_STOPS_SECONDS : 2,
  minimumHealthyPercent: stage === 'last-task-stopped' || stage === 'task-leaving' ? 0 : 100,
  maximumPercent: 200,
  ...(stage !== 'last-task-stopped' && { loadBalancer: loadBalanced }),
  ...(taskArn !== undefined && { givenTaskArns: [taskArn] }),
})

const loadBalanced = {
  deregistrationDelaySeconds: 300,
  healthCheckIntervalSeconds: 10,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
}

const terminate = ({ autoScaling }: World, { instanceId: InstanceId }: Subject): void => {
  const input = { InstanceId, ShouldDecrementDesiredCapacity: true }
  call(autoScaling.model, 'TerminateInstanceInAutoScalingGroup', input)
}

/** Leaves behind what an earlier look of Ebbtide would have left. */
const drain = (
  { ecs, simulation }: World,
  { cluster, instanceId }: Subject,
  actionStartedAt: number,
): void => {
  const targetId = ecs.containerInstanceOn(instanceId)?.containerInstanceArn ?? ''
  const value = formatMemory({
    actionStartedAt,
    cause: 'user',
    lastBeatAt: actionStartedAt,
    drainingSince: simulation.now(),
    drainedBy: 'us',
    isEnded: false,
  })
  const attribute = { name: MEMORY_ATTRIBUTE, value, targetType: 'container-instance', targetId }
  call(ecs.model, 'UpdateContainerInstancesState', {
    cluster,
    containerInstances: [targetId],
    status: 'DRAINING',
  })
  call(ecs.model, 'PutAttributes', { cluster, attributes: [attribute] })
}

const waitForLastTask = async ({ simulation, ecs }: World, { instanceId }: Subject): Promise<void> => {
  const patientUntil = simulation.now() + LAST_TASK_PATIENCE_MS
  const isRunning = () => ecs.tasksOn(instanceId).length > 0
  await simulation.runWhile(() => isRunning() && simulation.now() < patientUntil)
  if (isRunning()) throw new Error(`the last task on ${instanceId} did not stop in the replayed world`)
}
