import { execFile } from 'node:child_process'
import { execPath } from 'node:process'
import { describe, expect, it } from '@jest/globals'

import { mutations } from './broken/mutations.js'

/** Many times what it takes; a campaign ends at the first run that fails. */
const RUNS = '400'

interface Outcome {
  readonly exitCode: number
  readonly failures: readonly { readonly error?: string; readonly violations: readonly unknown[] }[]
}

/** Plays a campaign with a product from which something was taken. */
const simulateWithout = (name: string): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const flags = ['--seed', '1', '--runs', RUNS, '--faults', 'heavy', '--stop-at-first', '--json']
    const loader = './test/simulator/campaign/broken/load-broken.js'
    const args = ['--import', loader, 'simulator/cli/simulate.ts', ...flags]
    const env = { ...process.env, EBBTIDE_BROKEN: name }
    execFile(execPath, args, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code)
      if (stdout === '') reject(new Error(stderr))
      else resolve({ exitCode, failures: (JSON.parse(stdout) as Outcome).failures })
    })
  })

describe('a campaign finds out that something is missing:', () => {
  it.each(Object.keys(mutations))(
    '%s',
    async (name) => {
      const { exitCode, failures } = await simulateWithout(name)
      expect(exitCode).toBe(1)
      expect(failures[0]?.error).toBeUndefined()
      expect(failures[0]?.violations.length).toBeGreaterThan(0)
    },
    240_000,
  )
})
