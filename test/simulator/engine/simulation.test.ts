import { describe, expect, it } from '@jest/globals'
import { Simulation, type Process } from '../../../simulator/engine/simulation.ts'

const START = Date.UTC(2026, 0, 1)
const newSimulation = (seed = 1): Simulation => new Simulation({ seed, startsAt: START })

describe('virtual time', () => {
  it('runs timers by time, and by the order of their setting when the time is the same', async () => {
    const simulation = newSimulation()
    const seen: string[] = []
    simulation.after(20, () => seen.push('late'))
    simulation.after(10, () => seen.push('first of two'))
    simulation.after(10, () => {
      seen.push('second of two')
      simulation.after(0, () => seen.push('set meanwhile'))
    })
    await simulation.runUntil(START + 30)
    expect(seen).toEqual(['first of two', 'second of two', 'set meanwhile', 'late'])
  })

  it('stands at the time it was told to run to, and runs nothing after it', async () => {
    const simulation = newSimulation()
    let ran = false
    simulation.after(51, () => (ran = true))
    await simulation.runUntil(START + 50)
    expect([simulation.now() - START, ran]).toEqual([50, false])
  })

  it('skips a timer that was cancelled, even by another one of the same time', async () => {
    const simulation = newSimulation()
    const seen: string[] = []
    simulation.after(10, () => later.cancel())
    const later = simulation.after(10, () => seen.push('cancelled'))
    simulation.after(10, () => seen.push('kept'))
    await simulation.runUntil(START + 10)
    expect(seen).toEqual(['kept'])
  })

  it('keeps the order of many timers, whichever are cancelled', async () => {
    const simulation = newSimulation()
    const random = simulation.randomFor('delays')
    const seen: number[] = []
    const timers = Array.from({ length: 500 }, () => {
      const delayMs = random.integer(0, 200)
      return { delayMs, timer: simulation.after(delayMs, () => seen.push(delayMs)) }
    })
    const cancelled = timers.filter(() => random.chance(0.5))
    for (const { timer } of cancelled) timer.cancel()
    await simulation.runUntil(START + 200)
    expect(seen).toEqual(
      timers
        .filter((one) => !cancelled.includes(one))
        .map(({ delayMs }) => delayMs)
        .sort((a, b) => a - b),
    )
  })

  it('refuses a delay that is not a number of milliseconds from now on', () => {
    expect(() => newSimulation().after(-1, () => undefined)).toThrow('a delay of 0 or more')
    expect(() => newSimulation().after(Number.NaN, () => undefined)).toThrow('a delay of 0 or more')
  })

  it('lets watchers look after every timer', async () => {
    const simulation = newSimulation()
    const looks: number[] = []
    simulation.watch(() => looks.push(simulation.now() - START))
    simulation.after(5, () => undefined)
    simulation.after(9, () => undefined)
    await simulation.runUntil(START + 10)
    expect(looks).toEqual([5, 9])
  })

  it('lets a defect in a timer stop the run', async () => {
    const simulation = newSimulation()
    simulation.after(1, () => {
      throw new Error('defect')
    })
    await expect(simulation.runUntil(START + 1)).rejects.toThrow('defect')
  })
})

describe('product code in virtual time', () => {
  it('goes on at the time its wait ends, and time stands still while it computes', async () => {
    const simulation = newSimulation()
    const seen: string[] = []
    const log = (what: string) => seen.push(`${simulation.now() - START} ${what}`)
    simulation.after(100, () => log('timer'))
    simulation.start(async (process) => {
      await process.wait(100)
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
      log('after the wait and fifty microtasks')
      await process.wait(1)
      log('again')
    })
    simulation.after(100, () => log('timer set after the wait'))
    await simulation.runUntil(START + 200)
    expect(seen).toEqual([
      '100 timer',
      '100 after the wait and fifty microtasks',
      '100 timer set after the wait',
      '101 again',
    ])
  })

  it('may await several waits at once', async () => {
    const simulation = newSimulation()
    const seen: string[] = []
    const branch = async (process: Process, name: string, delays: readonly number[]) => {
      for (const delayMs of delays) {
        await process.wait(delayMs)
        seen.push(`${simulation.now() - START} ${name}`)
      }
    }
    const process = simulation.start(async (process) => {
      await Promise.all([branch(process, 'a', [10, 10]), branch(process, 'b', [5, 20])])
      seen.push('both')
    })
    await simulation.runUntil(START + 100)
    expect(seen).toEqual(['5 b', '10 a', '20 a', '25 b', 'both'])
    expect(process.outcome).toEqual({ kind: 'returned' })
  })

  it('never comes back from any wait once it was killed, and another process does', async () => {
    const simulation = newSimulation()
    const seen: string[] = []
    const waitTwice = (name: string) => async (process: Process) => {
      await Promise.all([process.wait(10), process.wait(20).then(() => seen.push(`${name} between`))])
      seen.push(`${name} end`)
    }
    const killed = simulation.start(waitTwice('killed'))
    const other = simulation.start(waitTwice('other'))
    simulation.after(15, () => killed.kill())
    await simulation.runUntil(START + 100)
    expect(seen).toEqual(['other between', 'other end'])
    expect([killed.outcome.kind, other.outcome.kind]).toEqual(['killed', 'returned'])
  })

  it('cannot start a new wait after it was killed, and stays killed although its code ends', async () => {
    const simulation = newSimulation()
    let returned = false
    const killed = simulation.start(async (process) => {
      process.kill()
      void process.wait(1).then(() => (returned = true))
      await Promise.resolve()
    })
    await simulation.runUntil(START + 100)
    expect([returned, killed.outcome.kind]).toEqual([false, 'killed'])
  })

  it('keeps what it threw as its outcome', async () => {
    const simulation = newSimulation()
    const error = new Error('broken')
    const process = simulation.start(async (process) => {
      await process.wait(1)
      throw error
    })
    await simulation.runUntil(START + 1)
    expect(process.outcome).toEqual({ kind: 'threw', error })
  })

  it('stops the run when it waits for something that is not simulated', async () => {
    const simulation = newSimulation()
    simulation.start(() => new Promise(() => undefined))
    await expect(simulation.runUntil(START + 1)).rejects.toThrow('does not model')
  })

  it('has the same history for the same seed, and another one for another seed', async () => {
    const history = async (seed: number): Promise<string[]> => {
      const simulation = newSimulation(seed)
      const seen: string[] = []
      for (const name of ['a', 'b', 'c']) {
        const random = simulation.randomFor(name)
        simulation.start(async (process) => {
          for (let step = 0; step < 20; step += 1) {
            await process.wait(random.integer(1, 50))
            seen.push(`${simulation.now() - START} ${name}`)
          }
        })
      }
      await simulation.runUntil(START + 10_000)
      return seen
    }
    expect(await history(7)).toEqual(await history(7))
    expect(await history(7)).not.toEqual(await history(8))
  })
})
