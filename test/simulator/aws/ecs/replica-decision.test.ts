import { describe, expect, it } from '@jest/globals'
import { decideReplicas, type ReplicaTaskFacts } from '../../../../simulator/aws/ecs/replica-decision.ts'

const running = (changes: Partial<ReplicaTaskFacts> = {}): ReplicaTaskFacts => ({
  phase: 'running',
  health: 'healthy',
  isLeaving: false,
  isProtected: false,
  ...changes,
})
const leaving = running({ isLeaving: true })
const unproven = running({ health: 'undecided' })
const sick = running({ health: 'unhealthy' })
const stopping = running({ phase: 'stopping', health: 'undecided' })

const service = (desired: number, minimumHealthyPercent: number, maximumPercent: number) => ({
  desired,
  minimumHealthyPercent,
  maximumPercent,
})

describe('a replica service', () => {
  it('keeps an old task until the replacement is healthy', () => {
    const decision = decideReplicas(service(1, 100, 200), [leaving, unproven])
    expect(decision).toEqual({
      startCount: 0,
      stop: [],
      isStuckByBounds: false,
      isHeldByProtection: false,
    })
    expect(decideReplicas(service(1, 100, 200), [leaving, running()]).stop).toEqual([leaving])
  })

  it('does not stop leaving tasks that are not yet known to be healthy while too few are', () => {
    const young = running({ isLeaving: true, health: 'undecided' })
    expect(decideReplicas(service(2, 100, 200), [young, young])).toMatchObject({ startCount: 2, stop: [] })
  })

  it('counts stopping tasks against its maximum', () => {
    expect(decideReplicas(service(2, 50, 100), [leaving, stopping]).startCount).toBe(0)
    expect(decideReplicas(service(2, 50, 100), [running()]).startCount).toBe(1)
  })

  it('replaces an unhealthy task before it stops it', () => {
    expect(decideReplicas(service(2, 100, 200), [running(), sick])).toMatchObject({ startCount: 1, stop: [] })
    expect(decideReplicas(service(2, 100, 200), [running(), sick, running()]).stop).toEqual([sick])
  })

  it('stops unhealthy tasks one by one where nothing can start before', () => {
    expect(decideReplicas(service(2, 100, 100), [sick, sick])).toMatchObject({ startCount: 0, stop: [sick] })
    expect(decideReplicas(service(2, 100, 100), [sick, stopping]).stop).toEqual([])
  })

  it('scales in by what is not up yet first', () => {
    const starting = running({ phase: 'starting', health: 'undecided' })
    expect(decideReplicas(service(1, 100, 200), [running(), starting]).stop).toEqual([starting])
  })

  it('stops what is not protected, and is held by protection only when nothing else could go', () => {
    const guarded = running({ isLeaving: true, isProtected: true })
    const free = decideReplicas(service(2, 50, 200), [guarded, leaving, running(), running()])
    expect(free).toMatchObject({ stop: [leaving], isHeldByProtection: false })
    const held = decideReplicas(service(2, 50, 200), [guarded, running(), running()])
    expect(held).toMatchObject({ startCount: 0, stop: [], isHeldByProtection: true, isStuckByBounds: false })
    const stuck = decideReplicas(service(2, 100, 100), [guarded, leaving])
    expect(stuck).toMatchObject({ stop: [], isHeldByProtection: false, isStuckByBounds: true })
  })

  it('is stuck only when nothing is under way', () => {
    expect(decideReplicas(service(1, 100, 100), [leaving]).isStuckByBounds).toBe(true)
    expect(decideReplicas(service(2, 100, 100), [leaving, unproven]).isStuckByBounds).toBe(false)
  })
})
