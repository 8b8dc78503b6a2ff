import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { plainCopy } from '../../../simulator/sdk/plain-copy.ts'

describe('the copy of a call', () => {
  it('is what structuredClone would have made', () => {
    fc.assert(
      fc.property(fc.object({ withDate: true, withTypedArray: true, withMap: true }), (value) => {
        expect(plainCopy(value)).toEqual(structuredClone(value))
      }),
    )
  })

  it('shares nothing with what it was made from', () => {
    const value = { tags: [{ key: 'a' }], at: new Date(5), body: new Uint8Array([1]) }
    const copy = plainCopy(value)
    value.tags.forEach((tag) => (tag.key = 'b'))
    value.at.setTime(6)
    value.body[0] = 2
    expect(copy).toEqual({ tags: [{ key: 'a' }], at: new Date(5), body: new Uint8Array([1]) })
  })

  it('refuses a function, which no call can carry', () => {
    expect(() => plainCopy({ ask: () => 1 })).toThrow(/could not be cloned/)
  })
})
