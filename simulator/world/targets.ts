import type { Notify } from '../aws/auto-scaling/hook-waits.ts'
import type { AskPolicy } from '../aws/auto-scaling/victim-choice.ts'
import type { Lambda } from '../aws/lambda/lambda.ts'
import type { Sns } from '../aws/sns/sns.ts'
import type { Sqs } from '../aws/sqs/sqs.ts'

interface Targets {
  readonly sqs: Sqs
  readonly lambda: Lambda
}

type Deliver = (targetArn: string, body: string, messageGroupId?: string) => void

/**
 * Hands over what EventBridge and SNS deliver. A target that is not of this world, such as a function of somebody's own
 * account, gets nothing, as one that does not answer: what was meant for it can be listened for where it came from.
 */
export const deliverTo =
  ({ sqs, lambda }: Targets): Deliver =>
  (targetArn, body, messageGroupId) => {
    const queue = sqs.queues.find(({ arn }) => arn === targetArn)
    if (queue !== undefined)
      sqs.send(queue, { body, ...(messageGroupId !== undefined && { messageGroupId }) })
    else if (lambda.has(targetArn)) lambda.invokeAsync(targetArn, body)
  }

/** A hook's own target. One that does not exist refuses, and Auto Scaling then answers for the hook itself. */
export const notifyTarget =
  ({ sqs, sns }: { readonly sqs: Sqs; readonly sns: Sns }): Notify =>
  ({ arn, body, subject }) => {
    const queue = sqs.queues.find((candidate) => candidate.arn === arn)
    if (queue !== undefined) sqs.send(queue, { body })
    else if (sns.topicArns.includes(arn)) sns.publish({ topicArn: arn, message: body, subject })
    else return 'rejected'
    return 'accepted'
  }

/** Auto Scaling calls a termination policy's function with its service-linked role, and waits for the answer. */
export const askPolicyOf =
  (lambda: Lambda, { accountId }: { readonly accountId: string }): AskPolicy =>
  (request, onEnd) => {
    const principal = `arn:aws:iam::${accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`
    lambda.invoke({ ...request, invoker: { principal } }, (outcome) =>
      onEnd(outcome.kind === 'succeeded' ? outcome.response : undefined),
    )
  }
