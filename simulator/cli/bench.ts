import { stdout } from 'node:process'

import { busyDay } from '../bench/busy-day.ts'
import { measureCapacity, type CapacityWork } from '../bench/capacity-growth.ts'
import { measureChoosing } from '../bench/choosing.ts'
import { callsForDrains, measure } from '../bench/measure.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'

const print = (line: string): void => {
  stdout.write(`${line}\n`)
}

const speedOf = async (scenario: Scenario): Promise<void> => {
  const { realSeconds, virtualSeconds } = await measure(scenario)
  const ratio = Math.round(virtualSeconds / realSeconds).toLocaleString('en')
  print(
    `${scenario.name}: ${virtualSeconds} s simulated in ${realSeconds.toFixed(2)} s, ${ratio} for each real second`,
  )
}

/** Lambda time of the busy half of a rehearsal beside that of a function which sleeps through each drain. */
const billingOf = async (scenario: Scenario): Promise<void> => {
  const { rehearsal } = await measure(scenario)
  const idle = (await measure({ ...scenario, script: [] })).rehearsal
  const billed = (run: typeof rehearsal) =>
    run.recording.invocations.reduce((sum, { billedMs }) => sum + billedMs, 0)
  const slept = rehearsal.recording.drains.reduce(
    (sum, { action }) => sum + action.endedAt - action.startedAt,
    0,
  )
  const extra = billed(rehearsal) - billed(idle)
  const percent = ((100 * extra) / slept).toFixed(2)
  print(
    `Lambda time billed for ${rehearsal.recording.drains.length} drains: ${extra} ms, ${percent} % of sleeping through them`,
  )
}

const callsOf = async (scenario: Scenario): Promise<void> => {
  const { calls, budget, drains, tasks } = await callsForDrains(scenario)
  const percent = Math.round((100 * calls) / budget)
  print(
    `AWS calls for ${drains} drains of ${tasks} tasks: ${calls}, ${percent} % of the budget of ${Math.round(budget)}`,
  )
}

/** Packing or planning on clusters of growing size, each beside the one before. */
const growthOf = (work: CapacityWork, found: string): void => {
  let before: number | undefined
  for (const instances of [10, 100, 1_000, 5_000]) {
    const { cpuMs, megabytes, count } = measureCapacity(work, instances)
    const ratio = before === undefined ? '' : `, ${(cpuMs / before).toFixed(1)} times the one before`
    print(
      `${work} ${instances.toLocaleString('en')} instances and ${(10 * instances).toLocaleString('en')} tasks: ` +
        `${cpuMs.toFixed(1)} ms of CPU${ratio}; ${Math.round(megabytes)} MB in all; ${count} ${found}`,
    )
    before = cpuMs
  }
}

/** How soon Auto Scaling has its answer on a large cluster. It waits two seconds in all. */
const choosingOf = async (): Promise<void> => {
  const { medianMs, slowestMs, victims } = await measureChoosing(LARGE_CLUSTER, CALL_MS)
  print(
    `choose-victims among ${LARGE_CLUSTER.toLocaleString('en')} instances and ${(10 * LARGE_CLUSTER).toLocaleString('en')} tasks, ` +
      `calls at ${CALL_MS} ms: ${victims} chosen in ${Math.round(medianMs)} ms, ${Math.round(slowestMs)} at most`,
  )
}

/** What the budget is for. */
const LARGE_CLUSTER = 1_000
const CALL_MS = 50

growthOf('packing', 'machines added')
growthOf('planning', 'instances can go together')
await choosingOf()
// The first rehearsal of a process loads the functions; what follows is measured without that.
const scaleIn = loadScenario('scale-in')
await measure(scaleIn)
await speedOf(scaleIn)
await speedOf(busyDay())
await callsOf(scaleIn)
await callsOf(busyDay())
await billingOf(scaleIn)
