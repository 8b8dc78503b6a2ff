import { argv, cpuUsage, resourceUsage, stdout } from 'node:process'

import { planScaling } from '../../lib/capacity/plan.ts'
import { removableTogether } from '../../lib/capacity/removal.ts'
import { surveyCluster } from '../../lib/capacity/survey.ts'
import type { CapacityMeasured } from './capacity-growth.ts'
import { largeCluster } from './large-cluster.ts'

const HEADROOM_PERCENT = 10
const POLICY = { step: { min: 1, max: 10 }, scaleInCooldownSeconds: 300, budgetPercent: 10 }
/** The least of three: the first one also compiles. */
const ROUNDS = 3

const [, , work, size] = argv
const snapshot = largeCluster(Number(size), work === 'packing' ? 'waiting' : 'running')

const pack = (): number =>
  [...surveyCluster(snapshot, 0).needed.values()].reduce((sum, count) => sum + count, 0)

const plan = (): number => {
  const survey = surveyCluster(snapshot, HEADROOM_PERCENT)
  planScaling(survey, POLICY)
  return removableTogether(survey, 'headroom').together.length
}

const measureRound = (): CapacityMeasured => {
  const start = cpuUsage()
  const count = work === 'packing' ? pack() : plan()
  const { user, system } = cpuUsage(start)
  return { cpuMs: (user + system) / 1_000, megabytes: resourceUsage().maxRSS / 1_024, count }
}

const rounds = Array.from({ length: ROUNDS }, measureRound)
const measured: CapacityMeasured = {
  cpuMs: Math.min(...rounds.map(({ cpuMs }) => cpuMs)),
  megabytes: Math.max(...rounds.map(({ megabytes }) => megabytes)),
  count: rounds[0]?.count ?? 0,
}
stdout.write(JSON.stringify(measured))
