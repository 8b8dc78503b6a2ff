import { describe, expect, it } from '@jest/globals'

import { controls, firstSeeds, mutations, promisesAtStake } from './broken/mutations.js'
import { simulateBroken } from './broken/simulate-broken.ts'

/** Many times what it takes; a campaign ends at the first run that fails. */
const RUNS = 400

/** Several times what it takes to find what the control goes with, from the same seed. */
const CONTROL_RUNS = 60

interface Failures {
  readonly failures: readonly {
    readonly error?: string
    readonly violations: readonly { readonly promise: number }[]
  }[]
}

/** Plays a campaign with a product, or a world, that was changed. */
const campaignWith = async (name: string, runs: number) => {
  const seed = firstSeeds[name] ?? 1
  const flags = ['--seed', String(seed), '--runs', String(runs), '--faults', 'heavy', '--stop-at-first']
  const { exitCode, result } = await simulateBroken<Failures>(name, flags)
  return { exitCode, failures: result.failures }
}

describe('a campaign finds out that something is missing:', () => {
  it.each(Object.keys(mutations))(
    '%s',
    async (name) => {
      const { exitCode, failures } = await campaignWith(name, RUNS)
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
      expect(await campaignWith(name, CONTROL_RUNS)).toEqual({ exitCode: 0, failures: [] })
    },
    240_000,
  )
})
