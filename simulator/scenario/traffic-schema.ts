import * as z from 'zod'

import type { DurationShare, TrafficSpec } from '../traffic/traffic-spec.ts'

/** What decimal fractions that are meant to sum to 1 may be off. */
const SHARE_TOLERANCE = 1e-9

/** Short requests with some of seconds, which even a short deregistration delay leaves time for. */
const defaultDurations: readonly DurationShare[] = [
  { share: 0.98, seconds: 0.2 },
  { share: 0.02, seconds: 5 },
]

const seconds = z.number('must be a number of seconds').min(0, 'must be 0 or more seconds')
const someSeconds = z.number('must be a number of seconds').gt(0, 'must be above 0 seconds')
const requestsPerSecond = z.number('must be a number').min(0, 'must be 0 or more')

const curve = z
  .array(z.strictObject({ atSeconds: seconds, requestsPerSecond }), 'must be a list of points')
  .min(1, 'must have a point')
  .refine(
    (points) => points.every(({ atSeconds }, index) => atSeconds >= (points[index - 1]?.atSeconds ?? 0)),
    {
      message: 'must have its points in the order of atSeconds',
    },
  )

const burst = z.strictObject({ atSeconds: seconds, lastsSeconds: someSeconds, requestsPerSecond })

const durations = z
  .array(
    z.strictObject({
      share: z.number('must be a number').gt(0, 'must be above 0').max(1, 'must be 1 or less'),
      seconds: someSeconds,
    }),
    'must be a list of shares and seconds',
  )
  .refine((shares) => Math.abs(sumOf(shares) - 1) <= SHARE_TOLERANCE, {
    error: ({ input }) =>
      `must have shares that sum to 1, not ${Number(sumOf(input as readonly DurationShare[]).toFixed(9))}`,
  })

const sumOf = (shares: readonly DurationShare[]): number => shares.reduce((sum, { share }) => sum + share, 0)

/** The requests that clients send to a service: a constant rate or a curve, with bursts on top. */
export const trafficSchema = z
  .strictObject({
    requestsPerSecond: z.exactOptional(requestsPerSecond),
    curve: z.exactOptional(curve),
    /** The curve begins anew then; between its last point and that moment it runs on to its first point. */
    repeatsEverySeconds: z.exactOptional(someSeconds),
    bursts: z.array(burst, 'must be a list of bursts').default([]),
    variesByPercent: z.exactOptional(
      z.number('must be a number').min(0, 'must be 0 or more').max(100, 'must be 100 or less'),
    ),
    durations: durations.default([...defaultDurations]),
  })
  .refine(({ requestsPerSecond, curve }) => (requestsPerSecond === undefined) !== (curve === undefined), {
    message: 'must have either requestsPerSecond or a curve',
  })
  .refine(({ curve, repeatsEverySeconds }) => curve !== undefined || repeatsEverySeconds === undefined, {
    path: ['repeatsEverySeconds'],
    message: 'needs a curve to repeat',
  })
  .refine(
    ({ curve, repeatsEverySeconds }) => (repeatsEverySeconds ?? Infinity) >= (curve?.at(-1)?.atSeconds ?? 0),
    {
      path: ['repeatsEverySeconds'],
      message: "must not be before the curve's last point",
    },
  )

/** A constant rate is a curve of one point. */
export const trafficSpecOf = ({
  requestsPerSecond = 0,
  curve = [{ atSeconds: 0, requestsPerSecond }],
  ...rest
}: z.output<typeof trafficSchema>): TrafficSpec => ({ curve, ...rest })
