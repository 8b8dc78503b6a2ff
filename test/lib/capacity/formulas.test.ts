import { describe, expect, it } from '@jest/globals'

import { capacityReservation } from '../../../lib/capacity/reservation.ts'
import { schedulableTasks } from '../../../lib/capacity/schedulable.ts'
import { removalBudget, wouldFlap } from '../../../lib/capacity/scale-in-limits.ts'
import { surveyCluster } from '../../../lib/capacity/survey.ts'
import { measure } from '../../../lib/capacity/measure.ts'
import { planScaling } from '../../../lib/capacity/plan.ts'
import { removableTogether } from '../../../lib/capacity/removal.ts'
import { GROUP, clusterOf, need, room, times } from './cluster-of.ts'

describe('tasks that still go in', () => {
  it.each([
    { left: times(2, [1024, 2048]), task: [128, 128], count: 16 },
    {
      left: [
        [1000, 200],
        [200, 1000],
      ],
      task: [128, 128],
      count: 2,
    },
    { left: times(4, [512, 512]), task: [1024, 512], count: 0 },
    { left: [[2048, 100]], task: [128, 128], count: 0 },
    { left: [], task: [128, 128], count: 0 },
    {
      left: [
        [4096, 7680],
        [1024, 3000],
        [300, 5000],
      ],
      task: [512, 1024],
      count: 9,
    },
  ])('with $left left, $task goes in $count times', ({ left, task, count }) => {
    const instances = left.map(([cpu, memory]) => ({ registered: room(cpu!, memory!) }))
    const services = [{ name: 'web', need: need(task[0]!, task[1]!) }]
    const { bins, workload, admissions } = surveyCluster(clusterOf({ instances, services }), 0)
    expect(schedulableTasks(workload.ofService.get('web')!, bins, admissions)).toBe(count)
  })
})

describe('the reservation of a group', () => {
  it.each([
    [0, 0, 100],
    [3, 0, 200],
    [4, 3, 133.33],
    [2, 3, 66.67],
  ])('with %d needed and %d there is %d percent', (needed, present, percent) => {
    expect(capacityReservation(needed, present)).toBeCloseTo(percent, 2)
  })
})

describe('instances needed', () => {
  it.each([
    { waiting: 10, task: [1024, 2048], step: [1, 10_000], more: 3, reservation: 200 },
    { waiting: 10, task: [1024, 4096], step: [1, 10_000], more: 5, reservation: 266.67 },
    { waiting: 3, task: [512, 512], step: [5, 10], more: 5, reservation: 266.67 },
    { waiting: 1, task: [8192, 1024], step: [1, 10], more: 0, reservation: 100 },
    { waiting: 100, task: [4096, 1024], step: [1, 10], more: 10, reservation: 433.33 },
    { waiting: 5, task: [3000, 1000], step: [1, 10_000], more: 5, reservation: 266.67, atLeast: 4 },
  ])(
    'for $waiting waiting tasks of $task within a step of $step are $more',
    ({ waiting, task, step, more, reservation, atLeast }) => {
      const survey = surveyCluster(
        clusterOf({
          group: { min: 3 },
          instances: times(3, { used: room(4_096, 8_192) }),
          services: [{ name: 'web', need: need(task[0]!, task[1]!), desiredCount: waiting }],
        }),
        0,
      )
      const policy = {
        step: { min: step[0]!, max: step[1]! },
        scaleInCooldownSeconds: 300,
        budgetPercent: 10,
      }
      const [plan] = planScaling(survey, policy).groups
      expect(plan!.desired).toBe(3 + more)
      expect(capacityReservation(plan!.desired, 3)).toBeCloseTo(reservation, 2)
      if (atLeast !== undefined) expect(survey.leastNeeded).toBe(atLeast)
    },
  )

  it('names a task that fits no machine', () => {
    const survey = surveyCluster(
      clusterOf({
        group: { min: 1 },
        instances: [{}],
        services: [{ name: 'web', need: need(8_192, 1_024), desiredCount: 1 }],
      }),
      0,
    )
    expect(survey.packing.unplaced).toEqual([
      { classKey: 'service:web', count: 1, because: 'fits-no-machine', about: [] },
    ])
    expect(measure(survey, removableTogether(survey, 'headroom')).groups).toMatchObject([
      { group: GROUP, instancesNeeded: 0, capacityReservation: 100 },
    ])
  })
})

describe('the flap rule', () => {
  it.each([
    { slots: 7, shortage: 2, excess: 10, flaps: false },
    { slots: 7, shortage: 2, excess: 9, flaps: true },
    { slots: 16, shortage: 0, excess: 10, flaps: true },
    { slots: 16, shortage: 0, excess: 17, flaps: false },
    { slots: 16, shortage: 0, excess: 16, flaps: true },
  ])('for $slots slots, $shortage short and $excess spare: $flaps', ({ slots, shortage, excess, flaps }) => {
    expect(wouldFlap({ excess, shortage, removedSlots: slots })).toBe(flaps)
  })
})

describe('the budget of removals', () => {
  it.each([
    { instances: 19, percent: 20, leaving: 0, notReady: 0, allowed: 4 },
    { instances: 19, percent: 20, leaving: 2, notReady: 1, allowed: 1 },
    { instances: 1, percent: 10, leaving: 0, notReady: 0, allowed: 1 },
    { instances: 5, percent: 10, leaving: 1, notReady: 0, allowed: 0 },
    { instances: 0, percent: 10, leaving: 0, notReady: 0, allowed: 0 },
    { instances: 5, percent: 10, leaving: 3, notReady: 0, allowed: 0 },
    { instances: 100, percent: 7, leaving: 0, notReady: 0, allowed: 7 },
  ])(
    'of $instances at $percent percent with $leaving leaving and $notReady not ready is $allowed',
    ({ allowed, ...count }) => {
      expect(removalBudget(count)).toBe(allowed)
    },
  )
})
