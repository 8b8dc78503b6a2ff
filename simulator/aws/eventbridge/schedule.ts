const MINUTE_MS = 60_000
const unitsMs: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1_440 * MINUTE_MS,
}

/**
 * The period of `rate(5 minutes)` in milliseconds. EventBridge wants the singular after 1 and the plural after more
 * ("Setting a schedule pattern for scheduled rules"). `cron(…)` is not modelled.
 *
 * @throws {Error} naming the expression.
 */
export const periodMsOf = (scheduleExpression: string): number => {
  const [, count = '', unit = '', plural = ''] =
    /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(scheduleExpression) ?? []
  const unitMs = unitsMs[unit]
  if (unitMs === undefined) throw new Error(`the schedule expression ${scheduleExpression} is not modelled`)
  if (Number(count) === 0 || (Number(count) === 1) !== (plural === '')) {
    throw new Error(`EventBridge refuses the schedule expression ${scheduleExpression}`)
  }
  return Number(count) * unitMs
}
