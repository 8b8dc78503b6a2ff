import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { describe, expect, it } from '@jest/globals'

import { environment } from '../lib/settings-environment.ts'

const run = promisify(execFile)

const settings = { AWS_REGION: 'eu-west-1', ...environment }

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
        'EBBTIDE_ON_DEADLINE must be one of stop-tasks, continue, retain: set the stack parameter "onDeadline" and deploy again.',
      ].join('\n'),
    )
  })
})
