import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'

import { mergeLooks, type Look, type Notice } from '../../../lib/lifecycle/look.ts'

const instanceId = 'i-0123456789abcdef0'
const noticed = (notice: Notice): Look => ({ instanceId, hop: 0, notice })

describe('looks at one instance', () => {
  it.each<[Notice['kind'], Notice['kind']]>([
    ['spot', 'capacity'],
    ['capacity', 'health'],
    ['health', 'rebalance'],
    ['spot', 'rebalance'],
  ])('are one look that heeds the notice of %s before that of %s, though it came later', (graver, other) => {
    const grave = noticed({ kind: graver, at: 2_000, startsAt: 9_000 })
    const early = noticed({ kind: other, at: 1_000 })
    expect(mergeLooks([early, grave])).toEqual([grave])
    expect(mergeLooks([grave, early])).toEqual([grave])
  })

  it('heed the earliest of two notices of a kind', () => {
    const first = noticed({ kind: 'health', at: 1_000 })
    const second = noticed({ kind: 'health', at: 2_000 })
    expect(mergeLooks([second, first])).toEqual([first])
    expect(mergeLooks([first, second])).toEqual([first])
  })

  it('keep a notice, an announcement and the most hops, whichever message brought them', () => {
    const notice: Notice = { kind: 'spot', at: 1_000 }
    const looks: Look[] = [
      { instanceId, hop: 2 },
      { instanceId, hop: 0, announcedAt: 500 },
      { instanceId, hop: 0, announcedAt: 700 },
      noticed(notice),
    ]
    expect(mergeLooks(looks)).toEqual([{ instanceId, hop: 2, announcedAt: 700, notice }])
  })

  it('have no notice when no message brought one', () => {
    expect(mergeLooks([{ instanceId, hop: 0 }])).toStrictEqual([{ instanceId, hop: 0 }])
  })

  it('come to the same in any order', () => {
    const notice = fc.record({
      kind: fc.constantFrom<Notice['kind'][]>('spot', 'capacity', 'health', 'rebalance'),
      at: fc.nat({ max: 3 }),
    })
    const look = fc
      .tuple(fc.constantFrom('i-0a1b2c3d', 'i-1b2c3d4e'), fc.option(notice, { nil: undefined }))
      .map(([id, of]): Look => ({ instanceId: id, hop: 0, ...(of && { notice: of }) }))
    const byId = (looks: readonly Look[]) => new Map(looks.map((one) => [one.instanceId, one]))
    fc.assert(
      fc.property(fc.array(look), (looks) => {
        expect(byId(mergeLooks(looks.toReversed()))).toEqual(byId(mergeLooks(looks)))
      }),
    )
  })
})
