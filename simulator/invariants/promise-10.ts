import type { DescribeLifecycleHooksCommandOutput } from '@aws-sdk/client-auto-scaling'

import { call } from '../world/call.ts'
import type { OutputLine } from '../world/product-output.ts'
import type { World } from '../world/world.ts'
import type { Watch } from './watch.ts'

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/**
 * Promise 10: no secret, user data or token reaches a log. Looked for in every line that product code writes are the
 * tokens that Auto Scaling has issued and the notification metadata of every hook. The simulated EC2 shows nobody any
 * user data, so there is none that could be written.
 */
export const watchPromise10 = ({ world, recording, report }: Watch): void => {
  const { issuedTokens } = world.autoScaling
  const known = new Set<string>()
  recording.onLine((line) => {
    for (let next = known.size; next < issuedTokens.length; next += 1) known.add(issuedTokens[next] ?? '')
    const found = secretIn(line, known, metadataOf(world))
    if (found === undefined) return
    const { instanceId } = line
    const at = world.simulation.now()
    report({ promise: 10, at, what: `wrote ${found}`, ...(typeof instanceId === 'string' && { instanceId }) })
  })
}

const secretIn = (
  line: OutputLine,
  tokens: ReadonlySet<string>,
  metadata: readonly string[],
): string | undefined => {
  const text = JSON.stringify(line)
  if (text.match(UUID)?.some((uuid) => tokens.has(uuid))) return 'the token of a lifecycle action'
  return metadata.some((secret) => text.includes(secret)) ? 'the notification metadata of a hook' : undefined
}

/** As it would stand in a line of JSON. */
const metadataOf = ({ autoScaling, spec }: World): readonly string[] =>
  spec.groups.flatMap(({ name }) => {
    const input = { AutoScalingGroupName: name }
    const hooks = call<DescribeLifecycleHooksCommandOutput>(
      autoScaling.model,
      'DescribeLifecycleHooks',
      input,
    )
    return (hooks.LifecycleHooks ?? []).flatMap(({ NotificationMetadata: text }) =>
      text === undefined || text === '' ? [] : [JSON.stringify(text).slice(1, -1)],
    )
  })
