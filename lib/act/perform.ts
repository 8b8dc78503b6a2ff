import type { Clients } from '../aws/clients.ts'
import type { Clock } from '../clock.ts'
import type { Action } from '../decide/decision.ts'
import { formatMemory, writtenAt } from '../decide/memory.ts'
import { deleteMemory, deregister, setStatus, writeMemory } from './container-instance.ts'
import { beat, completeAction, type LifecycleAnswer } from './lifecycle-action.ts'
import { sendLookAgain } from './look-again.ts'
import { replaceInstance } from './replace-instance.ts'
import { stopTask } from './stop-task.ts'

/** All that acting needs. */
export interface Actor {
  readonly clients: Clients
  readonly clock: Clock
  readonly cluster: string
  readonly hookName: string
  readonly wakesQueueUrl: string
  /** Absent: nobody is told of stuck drains. */
  readonly notificationTopicArn?: string
  /** Memory that ECS would not keep, by ARN of the container instance. */
  readonly refusedMemory: Map<string, string>
}

/** Whom the actions of one decision concern. */
export interface Subject {
  readonly instanceId: string
  readonly autoScalingGroupName: string
}

/** What came of an action: done by this call, found done already, put off by AWS, not to be had, or about what is no more. */
export type Result = LifecycleAnswer | 'refused' | 'gone'

/**
 * Does one action. Each may be done twice without harm.
 *
 * @throws what AWS answered, with what was being done to which thing.
 */
export const perform = async (actor: Actor, subject: Subject, action: Action): Promise<Result> => {
  const { clients, cluster, hookName } = actor
  const { ecs, autoScaling } = clients
  switch (action.do) {
    case 'set-draining':
      return setStatus({ ecs, cluster, arn: action.containerInstanceArn }, 'DRAINING')
    case 'set-active':
      return setStatus({ ecs, cluster, arn: action.containerInstanceArn }, 'ACTIVE')
    case 'remember':
      return remember(actor, action)
    case 'forget':
      actor.refusedMemory.delete(action.containerInstanceArn)
      return done(deleteMemory({ ecs, cluster, arn: action.containerInstanceArn }))
    case 'deregister':
      actor.refusedMemory.delete(action.containerInstanceArn)
      return done(deregister({ ecs, cluster, arn: action.containerInstanceArn }))
    case 'heartbeat':
      return beat({ autoScaling, hookName, ...subject })
    case 'complete':
      return completeAction(
        { autoScaling, hookName, ...subject },
        action.outcome === 'retained' ? 'ABANDON' : 'CONTINUE',
      )
    case 'replace':
      return done(replaceInstance(autoScaling, subject.instanceId))
    case 'stop-task':
      return done(stopTask({ ecs, cluster, taskArn: action.taskArn, instanceId: subject.instanceId }))
    case 'look-again':
      return done(lookAgain(actor, subject, action))
  }
}

const done = async (work: Promise<void>): Promise<Result> => {
  await work
  return 'done'
}

type Of<Kind extends Action['do']> = Extract<Action, { readonly do: Kind }>

const remember = async (actor: Actor, { containerInstanceArn, memory }: Of<'remember'>): Promise<Result> => {
  const value = formatMemory(writtenAt(actor.clock.now(), memory))
  const { ecs } = actor.clients
  // Until ECS has it, this environment carries it: the next look must not take its own DRAINING for somebody else's.
  actor.refusedMemory.set(containerInstanceArn, value)
  const isKept = await writeMemory({ ecs, cluster: actor.cluster, arn: containerInstanceArn }, value)
  if (isKept) actor.refusedMemory.delete(containerInstanceArn)
  return isKept ? 'done' : 'refused'
}

const lookAgain = (actor: Actor, subject: Subject, { do: _, ...asked }: Of<'look-again'>): Promise<void> =>
  sendLookAgain({
    sqs: actor.clients.sqs,
    wakesQueueUrl: actor.wakesQueueUrl,
    occurredAt: actor.clock.now(),
    ...asked,
    ...subject,
  })
