import { describe, expect, it } from '@jest/globals'

import { refusalToScale, type ScalingFacts } from '../../../lib/decide/scaling-refusal.ts'

const plain: ScalingFacts = { isWeighted: false, policies: [], hasHook: true }

describe('a stack sets the desired capacity of a group', () => {
  it.each<[string, Partial<ScalingFacts>, string | undefined]>([
    ['where nothing speaks against it', {}, undefined],
    ['that carries its own mark', { mark: 'ebbtide-web' }, undefined],
    ['never where instances are weighted', { isWeighted: true }, 'weighted-capacity'],
    ['never beside the policies of others', { policies: ['cpu'] }, 'other-policies'],
    ['never where another stack does', { mark: 'ebbtide-other' }, 'other-stack'],
    ['never without a hook that drains what it takes away', { hasHook: false }, 'hook-missing'],
  ])('%s', (_, changes, refusal) => {
    expect(refusalToScale({ ...plain, ...changes }, 'ebbtide-web')).toBe(refusal)
  })
})
