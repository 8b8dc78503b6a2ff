import { describe, expect, it } from '@jest/globals'
import { defaultEcsAssumptions, type EcsAssumptions } from '../../../../simulator/aws/ecs/assumptions.ts'
import {
  capacityReservation,
  type ReservationFacts,
  type TaskGroup,
} from '../../../../simulator/aws/ecs/capacity-reservation.ts'

/** Ten instances that run tasks, of 4 vCPU and 16 GiB, in one zone. */
const reservation = (facts: Partial<ReservationFacts> = {}, assumed: Partial<EcsAssumptions> = {}) =>
  capacityReservation(
    {
      instanceCount: 10,
      emptyCount: 0,
      waiting: [],
      machine: { cpu: 4_096, memory: 16_384 },
      zoneCount: 1,
      steps: { minimumScalingStepSize: 1, maximumScalingStepSize: 10_000 },
      ...facts,
    },
    { ...defaultEcsAssumptions, ...assumed },
  )

const tasks = (count: number, changes: Partial<TaskGroup> = {}): TaskGroup => ({
  count,
  cpu: 1_024,
  memory: 2_048,
  isOnePerInstance: false,
  ...changes,
})

describe('CapacityProviderReservation', () => {
  it('is 100 while every instance runs a task and no task waits', () => {
    expect(reservation()).toBe(100)
  })

  it('without instances is 100 when nothing is wanted and 200 when anything is', () => {
    expect(reservation({ instanceCount: 0 })).toBe(100)
    expect(reservation({ instanceCount: 0, waiting: [tasks(1)] })).toBe(200)
    expect(reservation({ instanceCount: 0, waiting: [tasks(1_000)] })).toBe(200)
  })

  it('falls by the share of instances that are empty', () => {
    expect(reservation({ emptyCount: 3 })).toBe(70)
    expect(reservation({ emptyCount: 10 })).toBe(0)
  })

  it('falls by one percent for each of them where the developer guide is taken at its word', () => {
    expect(reservation({ emptyCount: 2 }, { emptyInstancesInReservation: 'one-percent-each' })).toBe(98)
  })

  it('rises by what the waiting tasks need, packed into new instances', () => {
    // Four fit by CPU, and eight by memory.
    expect(reservation({ waiting: [tasks(1)] })).toBeCloseTo(110)
    expect(reservation({ waiting: [tasks(9)] })).toBeCloseTo(130)
    expect(reservation({ waiting: [tasks(9, { memory: 8_192 })] })).toBeCloseTo(150)
    expect(reservation({ waiting: [tasks(3, { isOnePerInstance: true })] })).toBeCloseTo(130)
  })

  it('takes the largest of several groups of tasks, or their sum', () => {
    const waiting = [tasks(8), tasks(12, { cpu: 512 })]
    expect(reservation({ waiting })).toBeCloseTo(120)
    expect(reservation({ waiting }, { severalTaskGroups: 'sum' })).toBeCloseTo(140)
  })

  it('keeps within the scaling steps', () => {
    const steps = { minimumScalingStepSize: 2, maximumScalingStepSize: 5 }
    expect(reservation({ steps, waiting: [tasks(1)] })).toBeCloseTo(120)
    expect(reservation({ steps, waiting: [tasks(100)] })).toBeCloseTo(150)
  })

  it('takes the minimum step alone over several zones where the older text holds', () => {
    const facts = { zoneCount: 3, waiting: [tasks(40)] }
    expect(reservation(facts)).toBeCloseTo(200)
    expect(reservation(facts, { scaleOutOverSeveralZones: 'minimum-step' })).toBeCloseTo(110)
  })

  it('does not count tasks that no instance could run, and stays at 100 for them alone', () => {
    const giant = tasks(5, { cpu: 8_192 })
    expect(reservation({ waiting: [giant] })).toBe(100)
    expect(reservation({ waiting: [giant, tasks(1)] })).toBeCloseTo(110)
    expect(reservation({ instanceCount: 0, waiting: [giant] })).toBe(100)
  })
})
