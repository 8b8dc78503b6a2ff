import { describe, expect, it } from '@jest/globals'

import { decideAttachment, FORMER_POLICIES_TAG, MARK_TAG } from '../../../lib/decide/attachment.ts'

const chooser = 'arn:aws:lambda:eu-west-1:111122223333:function:ebbtide-web-choose-victims'
const other = 'arn:aws:lambda:eu-west-1:111122223333:function:somebody'
const plain = { terminationPolicies: ['OldestInstance', 'Default'] }
const attached = {
  terminationPolicies: [chooser, 'OldestInstance', 'Default'],
  formerPolicies: ['OldestInstance', 'Default'],
}

describe('what a stack leaves on a group', () => {
  it('puts its function first, and remembers before what was there', () => {
    expect(decideAttachment(plain, { terminationPolicy: chooser }, {})).toEqual([
      { do: 'remember-policies', policies: ['OldestInstance', 'Default'] },
      { do: 'set-policies', policies: [chooser, 'OldestInstance', 'Default'] },
    ])
  })

  it('changes nothing the second time', () => {
    expect(decideAttachment(attached, { terminationPolicy: chooser }, {})).toEqual([])
  })

  it('goes on where it died between remembering and setting', () => {
    const half = { ...plain, formerPolicies: plain.terminationPolicies }
    expect(decideAttachment(half, { terminationPolicy: chooser }, {}).at(-1)).toEqual({
      do: 'set-policies',
      policies: [chooser, 'OldestInstance', 'Default'],
    })
  })

  it("takes the place of another's function, of which a group has one at most", () => {
    expect(decideAttachment({ terminationPolicies: [other] }, { terminationPolicy: chooser }, {})).toEqual([
      { do: 'remember-policies', policies: [other] },
      { do: 'set-policies', policies: [chooser, 'Default'] },
    ])
  })

  it('restores what was there when it goes, and only then forgets it', () => {
    expect(decideAttachment(attached, {}, { terminationPolicy: chooser })).toEqual([
      { do: 'set-policies', policies: ['OldestInstance', 'Default'] },
      { do: 'forget-policies' },
    ])
  })

  it('leaves policies alone that somebody has set meanwhile', () => {
    const changed = { ...attached, terminationPolicies: ['NewestInstance'] }
    expect(decideAttachment(changed, {}, { terminationPolicy: chooser })).toEqual([{ do: 'forget-policies' }])
  })

  it('never leaves a function behind that is about to go, and remembers first what the role must find on the group', () => {
    expect(decideAttachment({ terminationPolicies: [chooser] }, {}, { terminationPolicy: chooser })).toEqual([
      { do: 'remember-policies', policies: ['Default'] },
      { do: 'set-policies', policies: ['Default'] },
      { do: 'forget-policies' },
    ])
    expect(
      decideAttachment({ terminationPolicies: [chooser, 'Default'] }, { terminationPolicy: chooser }, {}),
    ).toEqual([{ do: 'remember-policies', policies: ['Default'] }])
  })

  it.each([
    [
      'marks a group that nobody scales',
      {},
      'ebbtide-web',
      undefined,
      [{ do: 'mark', scaler: 'ebbtide-web' }],
    ],
    ["lets another's mark stand", { mark: 'ebbtide-shop' }, 'ebbtide-web', undefined, []],
    ['takes its own mark away', { mark: 'ebbtide-web' }, undefined, 'ebbtide-web', [{ do: 'unmark' }]],
    ["never takes another's mark away", { mark: 'ebbtide-shop' }, undefined, 'ebbtide-web', []],
  ])('%s', (_, mark, wanted, before, actions) => {
    const scaler = (name: string | undefined) => (name === undefined ? {} : { scaler: name })
    expect(decideAttachment({ ...plain, ...mark }, scaler(wanted), scaler(before))).toEqual(actions)
  })

  it('moves its function back to the front, and does not take it for the former policy', () => {
    const behind = { ...attached, terminationPolicies: ['Default', chooser] }
    expect(decideAttachment(behind, { terminationPolicy: chooser }, {})).toEqual([
      { do: 'set-policies', policies: [chooser, 'Default'] },
    ])
  })

  it.each([
    ['takes away no mark of a stack that never scaled', { mark: 'ebbtide-web' }, undefined, []],
    ['misses no mark where there was none', {}, undefined, []],
    ['puts no second mark', { mark: 'ebbtide-web' }, 'ebbtide-web', []],
  ])('%s', (_, mark, wanted, actions) => {
    const scaler = wanted === undefined ? {} : { scaler: wanted }
    expect(decideAttachment({ ...plain, ...mark }, scaler, {})).toEqual(actions)
  })

  it('does nothing about a function that is neither wanted nor was', () => {
    expect(decideAttachment(attached, {}, {})).toEqual([])
  })

  it('takes its function away without a memory of what was there: what else is there stays', () => {
    const forgotten = { terminationPolicies: [chooser, 'NewestInstance'] }
    expect(decideAttachment(forgotten, {}, { terminationPolicy: chooser })).toEqual([
      { do: 'remember-policies', policies: ['NewestInstance'] },
      { do: 'set-policies', policies: ['NewestInstance'] },
      { do: 'forget-policies' },
    ])
    expect(decideAttachment(plain, {}, { terminationPolicy: chooser })).toEqual([])
  })

  it('keeps the names of its tags, under which an earlier version may have left something', () => {
    expect([MARK_TAG, FORMER_POLICIES_TAG]).toEqual(['ebbtide:scaler', 'ebbtide:former-termination-policies'])
  })
})
