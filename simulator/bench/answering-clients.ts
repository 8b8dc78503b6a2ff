import { setTimeout as sleep } from 'node:timers/promises'

import { ECSClient } from '@aws-sdk/client-ecs'
import { S3Client } from '@aws-sdk/client-s3'

import type { ChooserClients } from '../../lib/aws/chooser-clients.ts'
import type { SdkClient } from '../sdk/sdk-transport.ts'

/** What AWS answers to a call, by its command's name. */
export type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>

interface Call {
  readonly input: Readonly<Record<string, unknown>>
}

/** Clients of the SDK whose every call is answered after so many real milliseconds, before it is serialised. */
export const answeringClients = (answers: Answers, latencyMs: number): ChooserClients => {
  const answer = (_next: unknown, { commandName = '' }: { readonly commandName?: string }) => {
    const answerOf = answers[commandName]
    if (answerOf === undefined) throw new Error(`the benchmark has no answer to ${commandName}`)
    return async ({ input }: Call) => {
      await sleep(latencyMs)
      return { output: { $metadata: {}, ...answerOf(input) }, response: undefined }
    }
  }
  const region = 'eu-west-1'
  const clients = { ecs: new ECSClient({ region }), s3: new S3Client({ region }) }
  const attached: readonly SdkClient[] = [clients.ecs, clients.s3]
  for (const client of attached)
    client.middlewareStack.add(answer as never, { step: 'initialize', priority: 'high' })
  return clients
}
