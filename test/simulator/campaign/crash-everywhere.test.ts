import { describe, expect, it } from '@jest/globals'

import { crashEverywhere } from '../../../simulator/campaign/crash-everywhere.ts'
import { killAt } from '../../../simulator/campaign/crash-scenario.ts'

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
