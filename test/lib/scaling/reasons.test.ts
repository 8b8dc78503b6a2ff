import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

import type { KeptBecause } from '../../../lib/capacity/candidate.ts'
import type { UnplacedBecause } from '../../../lib/capacity/packing.ts'
import type { PlanBecause } from '../../../lib/capacity/plan.ts'
import type { RefusalReason } from '../../../lib/decide/scaling-refusal.ts'
import type { VetoReason } from '../../../lib/scaling/choose.ts'

const page = readFileSync(join(__dirname, '../../../docs/scaling.md'), 'utf8')

/** The compiler counts them: a reason that is missing here, or is gone from the code, is an error of types. */
type All<Reason extends string> = Readonly<Record<Reason, true>>

const plan: All<PlanBecause> = {
  enough: true,
  demand: true,
  removable: true,
  'unknown-machine': true,
  'veto-outlived': true,
  'launch-suspended': true,
  'launches-fail': true,
  'not-registering': true,
  'group-maximum': true,
  'weighted-group': true,
  'waiting-tasks': true,
  deployment: true,
  'instance-refresh': true,
  'zonal-shift': true,
  'terminate-suspended': true,
  'in-flight': true,
  'other-group-shrinks': true,
  'cool-down': true,
  budget: true,
  'zone-balance': true,
  'would-flap': true,
  'group-minimum': true,
  'unmodelled-demand': true,
  'no-room': true,
}

const refusal: All<RefusalReason> = {
  'weighted-capacity': true,
  'other-policies': true,
  'other-stack': true,
  'hook-missing': true,
}

const kept: All<KeptBecause> = {
  'no-group': true,
  'weighted-group': true,
  'terminate-suspended': true,
  'not-in-service': true,
  'scale-in-protected': true,
  unregistered: true,
  'not-active': true,
  'agent-disconnected': true,
  'protected-task': true,
  'standalone-task': true,
  unmodelled: true,
  'unexplained-use': true,
  'deployment-bounds': true,
  deploying: true,
  'group-minimum': true,
  'unmodelled-demand': true,
  'no-room': true,
}

const veto: All<VetoReason> = {
  ...kept,
  'nothing-asked': true,
  'no-list': true,
  'list-too-old': true,
  'changed-since': true,
  unread: true,
  'bad-event': true,
  unreadable: true,
  'out-of-time': true,
}

const unplaced: All<UnplacedBecause> = {
  'no-room': true,
  'fits-no-machine': true,
  'group-maximum': true,
  'zone-not-next': true,
  unmodelled: true,
}

/** The reasons of the table below a heading, each with what it means and what to do. */
const toldUnder = (heading: string): readonly string[] => {
  const [, section = ''] = page.split(`### ${heading}\n`)
  const [own = ''] = section.split(/^##/m)
  return [...own.matchAll(/^\| `([a-z-]+)` \| \S.* \| \S.* \|$/gm)].map(([, reason]) => reason!)
}

describe('the page on scaling', () => {
  it.each([
    ['Of a plan', plan],
    ['Of a refusal', refusal],
    ['Of a veto', veto],
    ['Of a task without a place', unplaced],
  ])('says what each reason means and what to do: %s', (heading, reasons) => {
    expect(toldUnder(heading).toSorted()).toEqual(Object.keys(reasons).toSorted())
  })
})
