import type { Bare } from '../scenario/bare-schema.ts'
import { call } from './call.ts'
import type { World } from './world.ts'

/**
 * Builds what a drain handler of somebody else's needs: queues, topics, rules, and the hooks that notify them.
 *
 * @throws {Error} as the services would refuse it.
 */
export const deployBare = (world: World, { queues, topics, rules, hooks }: Bare): void => {
  const { sqs, sns, eventBridge } = world
  for (const queue of queues) sqs.createQueue({ ...queue, delaySeconds: 0 })
  for (const topic of topics) {
    const topicArn = sns.arnOf(topic.name)
    sns.createTopic(topicArn)
    for (const queue of topic.queues)
      sns.subscribe({ topicArn, protocol: 'sqs', endpoint: sqs.arnOf(queue), rawMessageDelivery: false })
  }
  for (const { name, eventPattern, queue, targetArn } of rules) {
    const arns = [queue === undefined ? undefined : sqs.arnOf(queue), targetArn]
    const targets = arns.flatMap((arn, index) => (arn === undefined ? [] : [{ id: `target-${index}`, arn }]))
    eventBridge.putRule({ name, state: 'ENABLED', eventPattern, targets })
  }
  for (const hook of hooks) putHook(world, hook)
}

const putHook = ({ autoScaling, sqs, sns, spec }: World, hook: Bare['hooks'][number]): void => {
  const { queue, topic } = hook
  const target = queue === undefined ? (topic === undefined ? undefined : sns.arnOf(topic)) : sqs.arnOf(queue)
  call(autoScaling.model, 'PutLifecycleHook', {
    AutoScalingGroupName: hook.group,
    LifecycleHookName: hook.name,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${hook.transition === 'launching' ? 'LAUNCHING' : 'TERMINATING'}`,
    HeartbeatTimeout: hook.heartbeatTimeoutSeconds,
    DefaultResult: hook.defaultResult,
    ...(target !== undefined && {
      NotificationTargetARN: target,
      RoleARN: `arn:aws:iam::${spec.accountId}:role/lifecycle-hook`,
    }),
  })
}
