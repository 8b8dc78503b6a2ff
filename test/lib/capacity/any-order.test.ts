import { describe, expect, it } from '@jest/globals'

import { findShutOut } from '../../../lib/capacity/any-order.ts'
import { Admissions, type Bin } from '../../../lib/capacity/bin.ts'
import type { Resources } from '../../../lib/capacity/snapshot.ts'
import {
  shapeKey,
  type ClassCount,
  type Requirements,
  type TaskClass,
} from '../../../lib/capacity/task-class.ts'
import { need, room, times } from './cluster-of.ts'

const anywhere: Requirements = { key: 'anywhere', expressions: [], attributes: [], capacityProviders: [] }
const onlyWith = (attribute: string): Requirements => ({
  ...anywhere,
  key: attribute,
  attributes: [attribute],
})

/** So many tasks of so many CPU units each; what a test does not name is not needed. */
const tasks = (key: string, count: number, cpu: number, more: Partial<TaskClass> = {}): ClassCount => ({
  taskClass: {
    key,
    need: need(cpu, 0),
    isDistinct: false,
    taskGroup: key,
    requirements: anywhere,
    unmodelled: [],
    unproven: [],
    ...more,
  },
  count,
})

const onPort = (cpu: number, port: string) => ({ need: need(cpu, 0, { hostPorts: [port] }) })

const binsWith = (left: readonly Resources[], attributes: Bin['traits']['attributes'] = {}): readonly Bin[] =>
  left.map((each, index) => ({
    id: `bin-${Object.keys(attributes).join('-')}${index}`,
    traits: { attributes, isAgentAssumed: false },
    left: each,
    usedPorts: new Set<string>(),
    taskGroups: new Set<string>(),
  }))

/** Instances with so many CPU units left. */
const cpus = (...left: readonly number[]): readonly Bin[] => binsWith(left.map((cpu) => room(cpu, 1_024)))

/** The first class of which nothing is proven: those before it are proven. */
const shutOut = (all: readonly ClassCount[], bins: readonly Bin[], suspect?: string): string | undefined =>
  findShutOut({ tasks: all, bins, admissions: new Admissions(), suspect })?.key

describe('tasks of one size', () => {
  it.each([
    ['one for each instance', 3, cpus(1_536, 1_536, 1_536), undefined],
    ['more places than tasks', 3, cpus(1_536, 1_536, 1_536, 1_536), undefined],
    ['more tasks than places', 3, cpus(1_536, 1_536), 'a'],
    ['several on one instance', 4, cpus(4_096), undefined],
    ['one too many on one instance', 5, cpus(4_096), 'a'],
    ['no instance', 1, [], 'a'],
    ['an instance that is too small', 1, cpus(1_023), 'a'],
    ['no task', 0, cpus(1_024), undefined],
  ])('%s', (_, count, bins, found) => {
    expect(shutOut([tasks('a', count, 1_024)], bins)).toBe(found)
  })

  it('are counted together whatever they are called', () => {
    const bins = cpus(1_000, 1_000, 1_000)
    expect(shutOut([tasks('a', 2, 1_000), tasks('b', 1, 1_000)], bins)).toBeUndefined()
    expect(shutOut([tasks('a', 2, 1_000), tasks('b', 2, 1_000)], bins)).toBe('a')
  })
})

describe('the proof by slots', () => {
  it.each([
    [
      'a smaller task takes a whole place',
      [tasks('a', 2, 1_000), tasks('b', 1, 500)],
      cpus(1_000, 1_000, 1_000),
      undefined,
    ],
    ['and there is one place too few', [tasks('a', 2, 1_000), tasks('b', 1, 500)], cpus(1_000, 1_000), 'a'],
    [
      'a larger task takes as many as it covers',
      [tasks('a', 1, 1_000), tasks('b', 1, 2_500)],
      cpus(4_000),
      undefined,
    ],
    ['never more than an instance has', [tasks('a', 1, 100), tasks('b', 1, 4_000)], cpus(4_000, 100), 'b'],
  ])('%s', (_, all, bins, found) => {
    expect(shutOut(all, bins)).toBe(found)
  })

  /** Neither count nor volume proves it; the others are too large for themselves, which is found after `a`. */
  it.each([
    [
      'a task of two thirds takes one place',
      [tasks('a', 2, 1_000), tasks('b', 1, 990), tasks('c', 1, 2_000)],
    ],
    ['a task of twice the size takes two', [tasks('a', 3, 1_000), tasks('b', 1, 2_000)]],
    [
      'a task that fits nowhere takes no more than an instance has',
      [tasks('a', 3, 1_000), tasks('b', 1, 5_000)],
    ],
  ])('alone is enough where %s', (_, all) => {
    expect(shutOut(all, cpus(2_500, 2_500, 1_500))).toBe('b')
    expect(shutOut(all, cpus(2_500, 2_500, 999))).toBe('a')
  })

  it('asks nothing of what a task does not need', () => {
    const gpu = tasks('gpu', 1, 0, { need: need(0, 0, { gpu: 1 }) })
    const bins = binsWith([room(1_000, 0, { gpu: 1 })])
    expect(shutOut([tasks('a', 1, 1_000), gpu], bins)).toBeUndefined()
  })

  it('asks for every resource that it needs', () => {
    const wide = tasks('wide', 1, 1_000, { need: need(1_000, 100) })
    const full = tasks('full', 4, 0, { need: need(0, 100) })
    expect(shutOut([wide, full], binsWith([room(4_000, 500)]))).toBeUndefined()
    expect(shutOut([wide, full], binsWith([room(4_000, 499)]))).toBe('wide')
  })
})

describe('the proof by count', () => {
  /** By volume they could block all three, and by slots too. One of `b` is too many for itself, which is found after `a`. */
  it('says that three large tasks cannot block what takes four', () => {
    const bins = cpus(10_000, 1_000, 1_000)
    expect(shutOut([tasks('a', 1, 1_000), tasks('b', 3, 5_001)], bins)).toBe('b')
    expect(shutOut([tasks('a', 1, 1_000), tasks('b', 4, 5_001)], bins)).toBe('a')
  })

  it('counts those of the same class too, all but the last', () => {
    const bins = cpus(10_000, 1_000, 1_000)
    expect(shutOut([tasks('a', 2, 1_000), tasks('b', 2, 5_001)], bins)).toBe('b')
    expect(shutOut([tasks('a', 3, 1_000), tasks('b', 3, 5_001)], bins)).toBe('a')
  })

  it('takes the last one of a class for no danger to itself', () => {
    const bins = cpus(1_900, 1_900)
    expect(shutOut([tasks('a', 1, 1_000), tasks('b', 5, 400)], bins)).toBeUndefined()
    expect(shutOut([tasks('a', 1, 1_000), tasks('b', 6, 400)], bins)).toBe('a')
  })

  it('takes a resource for no danger that nobody else needs, though nothing of it is to spare', () => {
    const wide = tasks('wide', 1, 0, { need: need(1_000, 100) })
    expect(shutOut([wide, tasks('b', 5, 400)], binsWith(times(2, room(1_900, 100))))).toBeUndefined()
  })

  it('takes a resource for no danger that the class does not need, though others use it up', () => {
    const still = tasks('still', 1, 0, { need: need(0, 10) })
    const bins = binsWith(times(3, room(1_900, 10)))
    expect(shutOut([tasks('a', 1, 1_000), tasks('b', 7, 400), still], bins)).toBeUndefined()
  })

  it('takes a task that needs nothing of a resource for no danger to it', () => {
    const still = tasks('still', 9, 0, { need: need(0, 1) })
    expect(shutOut([tasks('a', 1, 1_000), still], binsWith([room(1_000, 9)]))).toBeUndefined()
  })
})

describe('the proof by volume', () => {
  const others = (last: number) => [tasks('large', 1, 500), tasks('small', 4, 100), tasks('last', 1, last)]

  it('says that what together just leaves room for one does not block an instance', () => {
    expect(shutOut([tasks('a', 1, 1_000), ...others(100)], cpus(2_000))).toBeUndefined()
    expect(shutOut([tasks('a', 1, 1_000), ...others(101)], cpus(2_000))).toBe('a')
  })

  it('spends it on the instances that are cheapest to block', () => {
    const bins = (roomy: number) => cpus(roomy, 1_100, 1_100)
    expect(shutOut([tasks('a', 1, 1_000), ...others(100)], bins(1_797))).toBe('a')
    expect(shutOut([tasks('a', 1, 1_000), ...others(100)], bins(1_798))).toBeUndefined()
  })

  it('spends each resource for itself, on instances of its own', () => {
    const both = tasks('a', 1, 1_000, { need: need(1_000, 1_000) })
    const busy = [tasks('busy', 1, 500), tasks('busier', 5, 100)]
    const fat = [tasks('fat', 1, 0, { need: need(0, 500) }), tasks('fatter', 5, 0, { need: need(0, 100) })]
    const bins = binsWith(times(2, room(1_999, 1_999)))
    expect(shutOut([both, ...busy], bins)).toBeUndefined()
    expect(shutOut([both, ...busy, ...fat], bins)).toBe('a')
    // What blocks one instance by CPU and the other by memory blocks both, whichever comes first.
    const uneven = binsWith([room(5_000, 1_100), room(1_100, 5_000)])
    expect(shutOut([both, ...busy, ...fat], uneven)).toBe('a')
  })

  it('spends nothing of what the class does not need', () => {
    const fat = tasks('fat', 11, 0, { need: need(0, 100) })
    // What the others lack is their own affair, and found after `a`.
    expect(shutOut([tasks('a', 1, 1_000), ...others(100), fat], cpus(2_000))).not.toBe('a')
  })
})

describe('tasks that keep one another away', () => {
  it.each([
    [
      'by a port have one place on each instance',
      [tasks('a', 2, 100, onPort(100, 'tcp:80'))],
      cpus(1_000, 1_000),
      undefined,
    ],
    [
      'by a port are shut out where there are too few',
      [tasks('a', 3, 100, onPort(100, 'tcp:80'))],
      cpus(1_000, 1_000),
      'a',
    ],
    [
      'by the port of another class too',
      [tasks('a', 1, 100, onPort(100, 'tcp:80')), tasks('b', 2, 10, onPort(10, 'tcp:80'))],
      cpus(1_000, 1_000),
      'a',
    ],
    [
      'by another port do not',
      [tasks('a', 1, 100, onPort(100, 'tcp:80')), tasks('b', 1, 10, onPort(10, 'tcp:81'))],
      cpus(1_000, 1_000),
      undefined,
    ],
    ['as distinctInstance asks', [tasks('a', 3, 100, { isDistinct: true })], cpus(1_000, 1_000), 'a'],
    [
      'as distinctInstance asks, and no more',
      [tasks('a', 2, 100, { isDistinct: true })],
      cpus(1_000, 1_000),
      undefined,
    ],
  ])('%s', (_, all, bins, found) => {
    expect(shutOut(all, bins)).toBe(found)
  })

  /** One of two instances has the port taken; eight small tasks do not fill the other, nine do. */
  it('and others that are small besides', () => {
    const web = tasks('web', 2, 100, onPort(100, 'tcp:80'))
    const bins = cpus(1_000, 1_000)
    expect(shutOut([web, tasks('small', 8, 100)], bins)).toBeUndefined()
    expect(shutOut([web, tasks('small', 9, 100)], bins)).toBe('web')
  })
})

describe('what tasks require of an instance', () => {
  const ssd = onlyWith('ssd')
  const arm = onlyWith('arm')

  it('keeps apart those that never meet', () => {
    const bins = [
      ...binsWith([room(1_000, 0)], { ssd: 'yes' }),
      ...binsWith([room(1_000, 0)], { arm: 'yes' }),
    ]
    const all = [tasks('a', 1, 1_000, { requirements: ssd }), tasks('b', 1, 1_000, { requirements: arm })]
    expect(shutOut(all, bins)).toBeUndefined()
  })

  it('brings together those that meet on some instance', () => {
    const bins = binsWith([room(1_000, 0), room(1_000, 0)], { ssd: 'yes', arm: 'yes' })
    const [ssdOnly, armOnly] = [{ ssd: 'yes' }, { arm: 'yes' }].map((has) => binsWith([room(1_000, 0)], has))
    const all = [tasks('a', 2, 1_000, { requirements: ssd }), tasks('b', 1, 1_000, { requirements: arm })]
    expect(shutOut(all, bins)).toBe('a')
    expect(shutOut(all, [bins[0]!, ...ssdOnly!])).toBe('a')
    expect(shutOut(all, [...bins, ...armOnly!])).toBe('a')
    expect(shutOut(all, [...bins, ...ssdOnly!])).toBe('b')
    expect(shutOut(all, [...bins, ...ssdOnly!, ...armOnly!])).toBeUndefined()
  })

  it('is asked of each two of them', () => {
    const disk = onlyWith('disk')
    const bins = [
      ...binsWith([room(1_000, 0)], { ssd: 'yes' }),
      ...binsWith([room(1_000, 0)], { arm: 'yes', disk: 'yes' }),
    ]
    const one = (key: string, requirements: Requirements) => tasks(key, 1, 1_000, { requirements })
    expect(shutOut([one('a', ssd), one('b', arm)], bins)).toBeUndefined()
    expect(shutOut([one('a', ssd), one('b', arm), one('c', disk)], bins)).toBe('b')
  })

  it('leaves out instances that do not have it', () => {
    expect(shutOut([tasks('a', 1, 100, { requirements: ssd })], cpus(1_000))).toBe('a')
  })

  it('proves nothing of tasks that are not understood', () => {
    const odd = tasks('a', 1, 100, { unmodelled: ['task:group'] })
    expect(shutOut([odd], cpus(1_000))).toBe('a')
    expect(shutOut([tasks('b', 1, 200), odd], cpus(1_000))).toBe('a')
  })
})

describe('what was shut out last time', () => {
  const all = [tasks('a', 2, 1_000), tasks('b', 2, 1_001)]
  const keyOf = (index: number) => shapeKey(all[index]!.taskClass)

  it('is asked first', () => {
    expect(shutOut(all, [], keyOf(1))).toBe('b')
    expect(shutOut(all, [], keyOf(0))).toBe('a')
    expect(shutOut(all, [])).toBe('a')
  })

  it('is asked in vain where it fits now', () => {
    const quick = tasks('quick', 1, 100)
    const known = shapeKey(quick.taskClass)
    expect(shutOut([tasks('a', 2, 1_000), quick], cpus(1_000, 1_000, 100), known)).toBe('a')
  })
})
