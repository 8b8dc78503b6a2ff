import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { BUSY_STEP_SECONDS, stepSeconds } from '../../../simulator/view/pace.ts'

const pace = { secondsLeft: 1_200, framesLeft: 60, frames: 60, quietFrames: 0 }

describe('the pace of the live view', () => {
  it('is slow while something happens', () => {
    expect(stepSeconds(pace)).toBe(BUSY_STEP_SECONDS)
  })

  it('grows while nothing happens, up to a minute', () => {
    const steps = [0, 1, 5, 50].map((quietFrames) => stepSeconds({ ...pace, quietFrames }))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(steps.at(-1)).toBe(60)
  })

  it('shows everything within its frames, whatever happens', () => {
    const property = fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 100, maxLength: 100 }),
      (seconds, frames, quiet) => {
        let secondsLeft = seconds
        for (let framesLeft = frames; framesLeft > 0; framesLeft -= 1) {
          const step = stepSeconds({ secondsLeft, framesLeft, frames, quietFrames: quiet[framesLeft] ?? 0 })
          expect(step).toBeGreaterThanOrEqual(0)
          secondsLeft -= step
        }
        expect(secondsLeft).toBe(0)
      },
    )
    fc.assert(property)
  })
})
