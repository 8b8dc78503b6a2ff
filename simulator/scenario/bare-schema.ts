import * as z from 'zod'

const wholeNumber = (least: number) => z.int('must be a whole number').min(least, `must be ${least} or more`)
const name = z.string('must be a name').min(1, 'must not be empty')

/** SQS's own defaults and bounds: "CreateQueue" in the API reference. */
const queue = z.strictObject({
  name,
  visibilityTimeoutSeconds: wholeNumber(0).max(43_200, 'must be 43200 or less').default(30),
  retentionSeconds: wholeNumber(60).max(1_209_600, 'must be 1209600 or less').default(345_600),
})

const topic = z.strictObject({
  name,
  /** Names of queues that are subscribed. */
  queues: z.array(name).default([]),
})

const rule = z.strictObject({
  name,
  eventPattern: z.record(z.string(), z.unknown()),
  /** Where its events go: a queue by its name, or anything by its ARN. */
  queue: z.exactOptional(name),
  targetArn: z.exactOptional(name),
})

const hook = z
  .strictObject({
    name: name.default('drain'),
    group: name,
    transition: z
      .enum(['terminating', 'launching'], 'must be terminating or launching')
      .default('terminating'),
    heartbeatTimeoutSeconds: wholeNumber(30).max(7_200, 'must be 7200 or less').default(3_600),
    defaultResult: z.enum(['CONTINUE', 'ABANDON'], 'must be CONTINUE or ABANDON').default('CONTINUE'),
    /** What the hook notifies itself; with neither, its actions are known to EventBridge alone. */
    queue: z.exactOptional(name),
    topic: z.exactOptional(name),
  })
  .refine((each) => each.queue === undefined || each.topic === undefined, {
    path: ['topic'],
    message: 'must be left out where the hook has a queue: it has one target',
  })

/** What stands in Ebbtide's place with `--bare`: for a drain handler that somebody else has written. */
export const bareSchema = z
  .strictObject({
    queues: z.array(queue).default([]),
    topics: z.array(topic).default([]),
    rules: z.array(rule).default([]),
    hooks: z.array(hook).default([]),
  })
  .superRefine(({ queues, topics, rules, hooks }, context) => {
    const known = { queue: queues.map(({ name }) => name), topic: topics.map(({ name }) => name) }
    const check = (kind: 'queue' | 'topic', used: string | undefined, path: (string | number)[]) => {
      if (used === undefined || known[kind].includes(used)) return
      context.addIssue({ code: 'custom', path, message: `names ${used}, but there is no such ${kind}` })
    }
    topics.forEach((each, index) => {
      each.queues.forEach((used, at) => check('queue', used, ['topics', index, 'queues', at]))
    })
    rules.forEach((each, index) => check('queue', each.queue, ['rules', index, 'queue']))
    hooks.forEach((each, index) => {
      check('queue', each.queue, ['hooks', index, 'queue'])
      check('topic', each.topic, ['hooks', index, 'topic'])
    })
  })

export type Bare = z.output<typeof bareSchema>

/** For a scenario that says nothing: each group has a hook that notifies one queue. */
export const bareFor = (groups: readonly string[]): Bare =>
  bareSchema.parse({
    queues: [{ name: 'lifecycle-actions' }],
    hooks: groups.map((group) => ({ group, queue: 'lifecycle-actions' })),
  })
