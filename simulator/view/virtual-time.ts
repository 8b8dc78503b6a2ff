/** `+00:06:48`: hours, minutes and seconds of virtual time since the rehearsal began. */
export const timeStamp = (elapsedMs: number): string => `+${clockTime(elapsedMs)}`

/** `00:06:48`. Hours go on beyond a day. */
export const clockTime = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000)
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

/** `0.4 s`, `5 min 42 s` or `2 h 5 min`: as exact as a reader needs. */
export const inWords = (seconds: number): string => {
  if (Math.round(seconds) < MINUTE) return `${round(seconds, seconds < 10 ? 1 : 0)} s`
  const whole = Math.round(seconds)
  if (whole < HOUR) return joined([Math.floor(whole / MINUTE), 'min'], [whole % MINUTE, 's'])
  const minutes = Math.round(whole / MINUTE)
  return joined([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min'])
}

const MINUTE = 60
const HOUR = 3_600

type Part = readonly [amount: number, unit: string]

const joined = ([amount, unit]: Part, [rest, smallerUnit]: Part): string =>
  rest === 0 ? `${amount} ${unit}` : `${amount} ${unit} ${rest} ${smallerUnit}`

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
