import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  hookLogicalId,
  groupAlarmName,
  launchHookLogicalId,
  namesOf,
  type StackNames,
} from '../../deploy/names.ts'

const clusterNames = fc.stringMatching(/^[A-Za-z0-9_-]{1,255}$/)

const longest: Readonly<Record<keyof StackNames, number>> = {
  stack: 128,
  drainFunction: 64,
  resyncFunction: 64,
  capacityFunction: 64,
  chooseVictimsFunction: 64,
  attachFunction: 64,
  signalsQueue: 80,
  wakesQueue: 80,
  deadLetterQueue: 80,
  capacityQueue: 80,
  lifecycleActionsRule: 64,
  stoppedTasksRule: 64,
  silentInstancesRule: 64,
  leavingInstancesRule: 64,
  registeredInstancesRule: 64,
  interruptionWarningsRule: 64,
  rebalanceRecommendationsRule: 64,
  scheduledChangesRule: 64,
  resyncRule: 64,
  capacityMinuteRule: 64,
  placementFailuresRule: 64,
  deadLettersAlarm: 255,
  resyncErrorsAlarm: 255,
  resyncSilentAlarm: 255,
  capacityFailingAlarm: 255,
  hook: 255,
  launchHook: 255,
}

describe('the names of a stack', () => {
  it('hold the name of the cluster', () => {
    expect(namesOf('web')).toEqual({
      stack: 'ebbtide-web',
      drainFunction: 'ebbtide-web-drain',
      resyncFunction: 'ebbtide-web-resync',
      capacityFunction: 'ebbtide-web-capacity',
      chooseVictimsFunction: 'ebbtide-web-choose-victims',
      attachFunction: 'ebbtide-web-attach',
      signalsQueue: 'ebbtide-web-signals',
      wakesQueue: 'ebbtide-web-wakes',
      deadLetterQueue: 'ebbtide-web-dead-letters',
      capacityQueue: 'ebbtide-web-capacity.fifo',
      lifecycleActionsRule: 'ebbtide-web-lifecycle-actions',
      stoppedTasksRule: 'ebbtide-web-stopped-tasks',
      silentInstancesRule: 'ebbtide-web-silent-instances',
      leavingInstancesRule: 'ebbtide-web-leaving-instances',
      registeredInstancesRule: 'ebbtide-web-registered-instances',
      interruptionWarningsRule: 'ebbtide-web-interruption-warnings',
      rebalanceRecommendationsRule: 'ebbtide-web-rebalance-recommendations',
      scheduledChangesRule: 'ebbtide-web-scheduled-changes',
      resyncRule: 'ebbtide-web-resync',
      capacityMinuteRule: 'ebbtide-web-capacity',
      placementFailuresRule: 'ebbtide-web-placement-failures',
      deadLettersAlarm: 'ebbtide-web-dead-letters',
      resyncErrorsAlarm: 'ebbtide-web-resync-errors',
      resyncSilentAlarm: 'ebbtide-web-resync-silent',
      capacityFailingAlarm: 'ebbtide-web-capacity-failing',
      hook: 'ebbtide-web',
      launchHook: 'ebbtide-web-launch',
    })
  })

  it('are within the limits of their services whatever the cluster is called', () => {
    fc.assert(
      fc.property(clusterNames, (cluster) => {
        for (const [what, name] of Object.entries<string>({ ...namesOf(cluster) })) {
          expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]*(\.fifo)?$/)
          expect(name.length).toBeLessThanOrEqual(longest[what as keyof StackNames])
        }
      }),
    )
  })

  it('are never those of another cluster', () => {
    const similar = fc.tuple(clusterNames, clusterNames, fc.constantFrom('', '-', '_', '-drain', '-signals'))
    fc.assert(
      fc.property(similar, ([start, end, joint]) => {
        const ours = Object.values(namesOf(start))
        const others = new Set(Object.values(namesOf(`${start}${joint}${end}`.slice(0, 255))))
        fc.pre(!(start === `${start}${joint}${end}`.slice(0, 255)))
        expect(ours.filter((name) => others.has(name))).toEqual([])
      }),
    )
  })

  it('keep clusters apart that differ only in a letter that had to be transformed', () => {
    expect(namesOf('web_a').hook).not.toBe(namesOf('web-a').hook)
  })

  it('keep clusters apart that differ only beyond the limit', () => {
    const long = 'c'.repeat(200)
    expect(namesOf(`${long}1`).drainFunction).not.toBe(namesOf(`${long}2`).drainFunction)
  })

  it('cannot be taken by a cluster that is called like a transformed name', () => {
    const transformed = namesOf('web_a').hook.replace('ebbtide-', '')
    expect(namesOf(transformed).hook).not.toBe(namesOf('web_a').hook)
  })

  it('tell a cluster and a group apart in the name of an alarm', () => {
    expect(groupAlarmName('HookMissing', 'web', 'x-HookMissing-y')).not.toBe(
      groupAlarmName('HookMissing', 'web-HookMissing-x', 'y'),
    )
  })
})

describe("a hook's logical id", () => {
  it('is made of letters and digits and comes from the name of the group', () => {
    expect(hookLogicalId('ecs-web-a')).toMatch(/^DrainHookecsweba[0-9a-f]{8}$/)
  })

  it("is not that of the group's other hook", () => {
    expect(launchHookLogicalId('ecs-web-a')).toMatch(/^LaunchHookecsweba[0-9a-f]{8}$/)
  })

  it('differs between groups that have the same letters and digits', () => {
    expect(hookLogicalId('ecs-web-a')).not.toBe(hookLogicalId('ecs-we-ba'))
  })

  it('stays within the 255 characters of CloudFormation', () => {
    expect(hookLogicalId('g'.repeat(255)).length).toBeLessThanOrEqual(255)
    expect(launchHookLogicalId('g'.repeat(255)).length).toBeLessThanOrEqual(255)
  })
})
