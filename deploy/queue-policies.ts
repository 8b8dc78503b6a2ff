import { arnOf, type Resource } from './template.ts'

/** Lets the rules named, and nobody else from outside the account, send to a queue, and refuses unencrypted transport. */
export const queuePolicy = (queue: string, rules: readonly string[]): Resource => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [...rules.map((rule) => allowRule(queue, rule)), refusePlainHttp(queue)],
    },
  },
})

const allowRule = (queue: string, rule: string): object => ({
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arnOf(queue),
  Condition: { ArnEquals: { 'aws:SourceArn': arnOf(rule) } },
})

const refusePlainHttp = (queue: string): object => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: arnOf(queue),
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
})
