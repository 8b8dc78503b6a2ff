import { describe, expect, it } from '@jest/globals'

import { crashEverywhere } from '../../../simulator/campaign/crash-everywhere.ts'
import { killAt, sampleAwaits } from '../../../simulator/campaign/crash-scenario.ts'
import { crashMutations } from './broken/mutations.js'
import { simulateBroken } from './broken/simulate-broken.ts'

/** The hook's message, the drain of two instances, and the end of one of them. */
const UNTIL_SECONDS = 500

const ground = { name: 'scale-in', seed: 1, untilSeconds: UNTIL_SECONDS }

const crash = (choice: { readonly most: number } | { readonly number: number }) =>
  crashEverywhere({ seed: 1, names: [ground.name], choice, untilSeconds: UNTIL_SECONDS })

describe('a process that is killed', () => {
  it('breaks no promise, at whichever await of a scenario', async () => {
    const [result] = await crash({ most: 8 })
    expect(result).toMatchObject({ kills: 8, failures: [] })
    const { awaits, chosen, chosenKinds, unkilled } = result!.sample
    expect(awaits).toBeGreaterThan(100)
    expect(chosenKinds).toBe(8)
    expect(chosen.some(({ isInDrain }) => isInDrain)).toBe(true)
    expect(unkilled).toEqual({ wrong: [], journal: [] })
  })

  it('is none where there is no such await, which proves nothing', async () => {
    const number = 1_000_000
    const [result] = await crash({ number })
    expect(result).toMatchObject({ kills: 0, failures: [] })
    const report = await killAt(ground, { number, atSeconds: 100, kind: 'none', isInDrain: false })
    expect(report.wrong).toEqual(['0 processes were killed instead of one'])
  })
})

interface Crashes {
  readonly scenarios: readonly [{ readonly failures: readonly { readonly wrong: readonly string[] }[] }]
}

/** The first drain is on its way, and nothing is remembered of it yet. */
const afterDraining = async (): Promise<number> => {
  const { chosen } = await sampleAwaits(ground, { most: Infinity })
  const found = chosen.find(({ kind }) => kind.includes('drain, after UpdateContainerInstancesState'))
  if (found === undefined) throw new Error('no instance is set DRAINING')
  return found.number
}

describe('a drain that a kill leaves hanging', () => {
  it.each(Object.keys(crashMutations))(
    'is noticed, though its deadline lies far behind the end of the scenario, without %s',
    async (name) => {
      const number = await afterDraining()
      const flags = ['--crash-everywhere', ground.name, '--crash-at', String(number)]
      const { exitCode, result } = await simulateBroken<Crashes>(name, flags)
      expect(exitCode).toBe(1)
      const [{ failures }] = result.scenarios
      expect(failures.flatMap(({ wrong }) => wrong).join()).toMatch(/promise [37]: .* still waits/)
      const [whole] = await crashEverywhere({ seed: 1, names: [ground.name], choice: { number } })
      expect(whole).toMatchObject({ kills: 1, failures: [] })
    },
  )
})
