import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { describe, expect, it } from '@jest/globals'

const run = promisify(execFile)

const settings = {
  AWS_REGION: 'eu-west-1',
  EBBTIDE_CLUSTER: 'web',
  EBBTIDE_GROUPS: 'ecs-web-a',
  EBBTIDE_HOOK_NAME: 'ebbtide-web',
  EBBTIDE_DRAIN_TIMEOUT_SECONDS: '3600',
  EBBTIDE_ON_DEADLINE: 'stop-tasks',
  EBBTIDE_SIGNALS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/signals',
  EBBTIDE_WAKES_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/wakes',
}

/** Loads a function as Lambda does: a fresh process with these variables and no others. */
const load = async (name: string, variables: Record<string, string>) => {
  const code = `import('./functions/${name}.ts').then(({ handler }) => console.log(typeof handler))`
  try {
    const { stdout } = await run(process.execPath, ['--eval', code], { env: variables })
    return stdout.trim()
  } catch (error) {
    return (error as { stderr: string }).stderr
  }
}

describe.each(['drain', 'resync'])('the function %s at its cold start', (name) => {
  it('is ready with the settings of its stack', async () => {
    expect(await load(name, settings)).toBe('function')
  })

  it('says which setting is missing, and what to set', async () => {
    const { EBBTIDE_CLUSTER: _, ...others } = settings
    expect(await load(name, { ...others, EBBTIDE_ON_DEADLINE: 'panic' })).toContain(
      [
        'SettingsError: EBBTIDE_CLUSTER is missing: set the stack parameter "cluster" and deploy again.',
        'EBBTIDE_ON_DEADLINE must be one of stop-tasks, continue: set the stack parameter "onDeadline" and deploy again.',
      ].join('\n'),
    )
  })
})
