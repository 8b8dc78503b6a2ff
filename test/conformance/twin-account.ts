import type { Clients } from '../../lib/aws/clients.ts'

/**
 * What both accounts hold, so that the same questions can be asked of each. Resources and agent are what moto gives every
 * container instance.
 */
export const twin = {
  cluster: 'web',
  group: 'ecs-web',
  hook: 'drain',
  launchHook: 'launch',
  service: 'shop',
  queue: 'wakes',
  policy: 'one-more',
  instanceType: 'm7g.xlarge',
  cpu: 4096,
  memory: 7_482,
  agentVersion: '1.0.0',
  deregistrationDelaySeconds: 120,
  tag: { key: 'ebbtide:spot', value: 'off' },
} as const

export const REGION = 'eu-west-1'
export const ACCOUNT_ID = '111122223333'

/** One of the two: its clients, and the names that AWS chose. */
export interface TwinAccount {
  readonly clients: Clients
  readonly instanceId: string
  readonly containerInstanceArn: string
  readonly taskArn: string
  readonly taskDefinitionArn: string
  readonly targetGroupArn: string
  readonly queueUrl: string
  readonly topicArn: string
}

/** Nothing is tried again: what is answered first is what is compared. */
export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
})
