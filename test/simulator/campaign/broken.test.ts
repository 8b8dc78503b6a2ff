import { execFile } from 'node:child_process'
import { execPath } from 'node:process'
import { describe, expect, it } from '@jest/globals'

import { controls, firstSeeds, mutations, promisesAtStake } from './broken/mutations.js'

/** Many times what it takes; a campaign ends at the first run that fails. */
const RUNS = 400

/** Several times what it takes to find what the control goes with, from the same seed. */
const CONTROL_RUNS = 60

interface Outcome {
  readonly exitCode: number
  readonly failures: readonly {
    readonly error?: string
    readonly violations: readonly { readonly promise: number }[]
  }[]
}

/** Plays a campaign with a product, or a world, that was changed. */
const simulateWith = (name: string, runs: number): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const seed = firstSeeds[name] ?? 1
    const flags = [
      '--seed',
      String(seed),
      '--runs',
      String(runs),
      '--faults',
      'heavy',
      '--stop-at-first',
      '--json',
    ]
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
      const { exitCode, failures } = await simulateWith(name, RUNS)
      expect(exitCode).toBe(1)
      expect(failures[0]?.error).toBeUndefined()
      expect(promisesAtStake[name]).toContain(failures[0]?.violations[0]?.promise)
    },
    240_000,
  )
})

describe('a campaign finds nothing wrong with', () => {
  it.each(Object.keys(controls))(
    '%s',
    async (name) => {
      expect(await simulateWith(name, CONTROL_RUNS)).toEqual({ exitCode: 0, failures: [] })
    },
    240_000,
  )
})
