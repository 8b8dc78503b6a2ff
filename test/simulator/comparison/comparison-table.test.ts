import { describe, expect, it } from '@jest/globals'

import type { ComparedRun } from '../../../simulator/comparison/compare.ts'
import { comparisonTable } from '../../../simulator/comparison/comparison-table.ts'

const run = (seed: number, changes: Partial<ComparedRun>): ComparedRun => ({
  seed,
  requestsSent: 1_000,
  requestsDropped: 0,
  tasksKilled: 0,
  unplacedTaskSeconds: 0,
  instanceHours: 10,
  violations: 0,
  ...changes,
})

describe('the comparison for a person', () => {
  it('shows sums and means of each scaler, and how often the first one did better', () => {
    const ours = [
      run(1, { unplacedTaskSeconds: 100 }),
      run(2, { unplacedTaskSeconds: 300.4, instanceHours: 12 }),
    ]
    const theirs = [
      run(1, { unplacedTaskSeconds: 900, instanceHours: 9.96, requestsDropped: 3 }),
      run(2, { unplacedTaskSeconds: 900, instanceHours: 13, requestsDropped: 4, tasksKilled: 1 }),
    ]
    const lines = comparisonTable({
      scenario: 'day',
      seeds: 2,
      contenders: [
        { scaler: 'ebbtide', runs: ours },
        { scaler: 'managed', runs: theirs },
      ],
    })
    expect(lines.map((line) => line.trimEnd())).toEqual([
      'day, seeds 1 to 2: means, with least and most in brackets',
      '',
      'scaled by  requests dropped  tasks killed  unplaced-task seconds  instance hours    violations',
      'ebbtide    0                 0             200 (100–300)          11.0 (10.0–12.0)  0',
      'managed    7                 1             900 (900–900)          11.5 (10.0–13.0)  0',
      '',
      'ebbtide against managed: fewer unplaced-task seconds with 2 of 2 seeds, fewer instance hours with 1',
    ])
  })

  it('does not count a draw as better', () => {
    const runs = [run(1, {})]
    const lines = comparisonTable({
      scenario: 'day',
      seeds: 1,
      contenders: [
        { scaler: 'off', runs },
        { scaler: 'ebbtide', runs },
      ],
    })
    expect(lines.at(-1)).toBe(
      'off against ebbtide: fewer unplaced-task seconds with 0 of 1 seeds, fewer instance hours with 0',
    )
  })
})
