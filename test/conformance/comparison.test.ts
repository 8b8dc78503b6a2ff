import { describe, expect, it } from '@jest/globals'

import { agreements, differences, fieldsOf } from './comparison.ts'

const differing = (ours: object, theirs: object) => [...differences(fieldsOf(ours), fieldsOf(theirs)).keys()]

describe('two answers', () => {
  it('differ by the length of a list, its order, and whether it is there at all', () => {
    expect(differing({ a: ['x', 'x', 'x'] }, { a: ['x'] })).toEqual(['a[]', 'a[].length'])
    expect(differing({ a: ['x', 'y'] }, { a: ['y', 'x'] })).toEqual(['a[]'])
    expect(differing({ a: [] }, {})).toEqual(['a[].length'])
    expect(differing({ a: {} }, {})).toEqual(['a'])
  })

  it('are the same where tags stand in another order, and where only ids and times differ', () => {
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]
    expect(differing({ tags }, { tags: tags.toReversed() })).toEqual([])
    expect(
      differing({ at: new Date(0), id: 'i-0123456789abcdef0' }, { at: new Date(1), id: 'i-0a1b2c3d' }),
    ).toEqual([])
  })

  it('agree on nothing where only their status is the same, or lists are empty', () => {
    const agreeing = (ours: object, theirs: object) => agreements(fieldsOf(ours), fieldsOf(theirs))
    expect(agreeing({ status: 200, a: [] }, { status: 200, a: [] })).toEqual([])
    expect(agreeing({ status: 200, a: ['x'] }, { status: 200, a: ['y'], b: 1 })).toEqual(['a[].length'])
    expect(agreeing({ status: 400, error: 'Gone' }, { status: 404, error: 'Gone' })).toEqual(['error'])
  })
})
