import * as z from 'zod/mini'

/** Text of one form. `problem` continues the sentence "a message whose field …". */
export const text = (form: RegExp, problem: string) => z.string(problem).check(z.regex(form, problem))

/** Old instances have ids of eight hexadecimal digits, all others of seventeen. */
export const instanceId = text(/^i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, 'is not an EC2 instance id')

/** The name goes into log lines, so no control characters; a colon is refused by Auto Scaling itself. */
export const autoScalingGroupName = text(
  /^[^\p{Cc}:]{1,255}$/u,
  'is not an Auto Scaling group name of at most 255 characters',
)

/** A status is a word such as RUNNING. Which words there are is not asked: AWS adds to them. */
export const statusWord = text(/^[A-Z_]{1,40}$/, 'is not a status')

/** A moment in ISO 8601, to whole seconds (EventBridge) or milliseconds (Auto Scaling). */
export const isoTime = z.iso.datetime({ offset: true, error: 'is not a time in ISO 8601' })

/** The same moment in milliseconds since 1970. */
export const millisecondsOfIsoTime = z.pipe(
  isoTime,
  z.transform((time) => Date.parse(time)),
)
