import { describe, expect, it } from '@jest/globals'

import { writeLookAgain } from '../../lib/signals/look-again.ts'
import type { Rehearsal } from '../../simulator/rehearsal/rehearse.ts'
import type { World } from '../../simulator/world/world.ts'
import {
  drainSeconds,
  GROUP,
  group,
  oldest,
  outcomes,
  play,
  shop,
  story,
  terminateOne,
} from './small-cluster.ts'

const full = { ...group, cpu: 1_024, memory: 2_048 }
const large = { ...shop, cpu: 512, memory: 1_024, desired: 6 }
/** More than the hour in which ECS lists a stopped task after the first ones have stopped. */
const LATE_SECONDS = 3_900

/** Every five minutes, so that the environment of the drain function lives on, as where more is drained than this. */
const keepLookedAt = (world: World): void => {
  const instanceId = oldest(world)
  const queue = world.sqs.queueByArn(world.sqs.arnOf('ebbtide-web-wakes'))
  for (let seconds = 300; seconds <= LATE_SECONDS; seconds += 300) {
    const occurredAt = world.simulation.now() + 1_000 * seconds
    const body = writeLookAgain({ instanceId, autoScalingGroupName: GROUP, hop: 1, occurredAt })
    world.simulation.after(1_000 * seconds, () => world.sqs.send(queue, { body }))
  }
}

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:ops'

/** The first decision that says why the drain is stuck, and how many seconds after the drain began it was made. */
const firstBlocked = ({ recording }: Rehearsal) => {
  const start = recording.decisions[0]?.facts.now ?? 0
  const found = recording.decisions.find(({ decision }) => decision.verdict === 'blocked')
  return found && { because: found.decision.because, seconds: (found.facts.now - start) / 1_000 }
}

describe('a stuck drain is explained within its first minute', () => {
  it.each([
    ['deployment-bounds', { services: [{ ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }] }],
    ['no-capacity', { groups: [full], services: [large] }],
    ['launch-suspended', { groups: [{ ...full, suspendedProcesses: ['Launch'] }], services: [large] }],
    [
      'placement-constraint',
      { services: [{ ...shop, desired: 3, placementConstraints: [{ type: 'distinctInstance' }] }] },
    ],
    [
      'standalone-task',
      { services: [], standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3 }] },
    ],
    ['protected-task', { services: [{ ...shop, protectedTasks: 6 }] }],
  ])('%s', async (because, changes) => {
    const run = await play({ ...changes, script: [terminateOne(10)], lastsSeconds: 200 })
    expect(firstBlocked(run)?.because).toBe(because)
    expect(firstBlocked(run)?.seconds).toBeLessThanOrEqual(60)
    expect(run.recording.metric('DrainBlocked').length).toBeGreaterThan(0)
    expect(run.recording.violations).toEqual([])
  })

  it('replacement-unhealthy, when replacements fail to start', async () => {
    const script = [{ do: 'break-image', atSeconds: 5, service: 'shop' }, terminateOne(10)]
    const run = await play({ services: [shop], script, lastsSeconds: 900 })
    expect(story(run)).toContain('blocked: replacement-unhealthy')
  })

  it('agent-disconnected, once the agent has been silent for longer than agents usually are', async () => {
    const script = [{ do: 'disconnect-agent', atSeconds: 5, group: GROUP }, terminateOne(10)]
    const run = await play({ script, lastsSeconds: 400 })
    expect(story(run)).toContain('blocked: agent-disconnected')
  })

  it('slow-stop, with the moment at which it ends', async () => {
    const slow = {
      ...shop,
      stopSeconds: 900,
      stopTimeoutSeconds: 600,
      loadBalancer: { deregistrationDelaySeconds: 0 },
    }
    const run = await play({ services: [slow], script: [terminateOne(10)], lastsSeconds: 1_200 })
    const blocked = run.recording.decisions.find(({ decision }) => decision.because === 'slow-stop')
    expect(blocked?.decision.until).toBeGreaterThan(blocked?.facts.now ?? Infinity)
    expect(outcomes(run)).toEqual(['drained'])
  })
})

describe('people hear of a stuck drain', () => {
  it('once for each change, in a log line and in one message to the topic', async () => {
    const messages: string[] = []
    const run = await play(
      {
        services: [{ ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }],
        settings: { drainTimeout: 900, notificationTopicArn: TOPIC },
        script: [terminateOne(10)],
        lastsSeconds: 1_300,
      },
      (world) => {
        world.sns.createTopic(TOPIC)
        world.sns.onPublish(({ message }) => messages.push(message))
      },
    )
    const told = messages.map((message) => JSON.parse(message) as { verdict: string; because: string })
    expect(told[0]).toMatchObject({
      verdict: 'blocked',
      because: 'deployment-bounds',
      about: ['shop'],
      cluster: 'web',
    })
    expect(told.map(({ verdict }) => verdict)).toContain('overdue')
    expect(told.length).toBeLessThan(8)
    expect(run.recording.lines.filter(({ message }) => message === 'A drain is stuck')).toHaveLength(
      told.length,
    )
    expect(run.recording.violations).toEqual([])
  })

  it('and a topic that does not exist holds nothing up', async () => {
    const run = await play({
      services: [{ ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }],
      settings: { drainTimeout: 600, notificationTopicArn: TOPIC },
      script: [terminateOne(10)],
      lastsSeconds: 1_000,
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(run.recording.deadLetters).toBe(0)
  })
})

describe('policies', () => {
  it('put DRAINING off for protected tasks, and no longer than the reserve before the deadline', async () => {
    const run = await play({
      services: [{ ...shop, protectedTasks: 6 }],
      settings: { drainTimeout: 1_500, drainReserve: 900 },
      script: [terminateOne(10)],
      lastsSeconds: 1_800,
    })
    const started = run.recording.decisions.find(({ decision }) => decision.verdict === 'start')
    const startedAt = started?.facts.action?.startedAt ?? 0
    expect(((started?.facts.now ?? 0) - startedAt) / 1_000).toBeGreaterThanOrEqual(599)
    expect(outcomes(run)).toEqual(['drained'])
  })

  it('stop standalone tasks after their time', async () => {
    const run = await play({
      services: [],
      standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3 }],
      settings: { standaloneTasks: 'stop-after:300' },
      script: [terminateOne(10)],
    })
    expect(outcomes(run)).toEqual(['drained'])
    expect(drainSeconds(run)).toBeGreaterThan(300)
    expect(drainSeconds(run)).toBeLessThan(400)
  })

  it('let an instance go with its standalone tasks where they are ignored, and record it', async () => {
    const run = await play({
      services: [shop],
      standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3 }],
      settings: { standaloneTasks: 'ignore' },
      script: [terminateOne(10)],
    })
    expect(outcomes(run)).toEqual(['standalone-ignored'])
    expect(run.recording.killedTasks.map(({ group: name }) => name)).toEqual(['family:job'])
    expect(run.recording.violations).toEqual([])
  })

  it('let it go soon after its last service task has stopped, though ECS has forgotten the others', async () => {
    const { loadBalancer: _, ...plain } = shop
    const run = await play(
      {
        services: [
          plain,
          { ...plain, name: 'slow', desired: 3, minimumHealthyPercent: 100, maximumPercent: 100 },
        ],
        standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3 }],
        settings: { standaloneTasks: 'ignore', drainTimeout: 7_000 },
        script: [
          terminateOne(10),
          { do: 'update-service', atSeconds: LATE_SECONDS, service: 'slow', maximumPercent: 200 },
        ],
        lastsSeconds: LATE_SECONDS + 400,
      },
      keepLookedAt,
    )
    expect(outcomes(run)).toEqual(['standalone-ignored'])
    expect(drainSeconds(run)).toBeGreaterThan(LATE_SECONDS)
    expect(run.recording.violations).toEqual([])
  })

  it('of a group come from its tags, and nonsense leaves those of the stack', async () => {
    const tags = { 'ebbtide:drain-timeout': '300', 'ebbtide:on-deadline': 'panic' }
    const run = await play({
      groups: [{ ...group, tags }],
      services: [{ ...shop, minimumHealthyPercent: 100, maximumPercent: 100 }],
      script: [terminateOne(10)],
      settings: { onDeadline: 'continue' },
    })
    expect(outcomes(run)).toEqual(['deadline'])
    expect(drainSeconds(run)).toBeLessThan(305)
    const ignored = run.recording.lines.filter(({ message }) =>
      String(message).startsWith("Ignored a group's tag"),
    )
    expect(ignored.length).toBeGreaterThan(0)
  })

  it.each([
    ['after minutes', 1_100],
    ['at once, while what was read of the first termination is still fresh', 615],
  ])(
    'retain an instance at its deadline where its group retains, and drain it anew when it is terminated again %s',
    async (_, atSeconds) => {
      const run = await play({
        groups: [{ ...group, terminateHookAbandon: 'retain' }],
        services: [],
        standaloneTasks: [{ name: 'job', cpu: 256, memory: 512, count: 3, runSeconds: 1_000 }],
        settings: { onDeadline: 'retain', drainTimeout: 600 },
        script: [terminateOne(10), { do: 'terminate-retained', atSeconds, group: GROUP }],
        lastsSeconds: 1_300,
      })
      expect(run.recording.drains.map(({ action }) => action.result)).toEqual(['ABANDON', 'CONTINUE'])
      expect(outcomes(run)).toEqual(['retained', 'drained'])
      expect(run.recording.killedTasks).toEqual([])
      expect(run.recording.violations).toEqual([])
    },
  )

  it('of a dry run change nothing, and say what would have been done', async () => {
    const run = await play({ settings: { dryRun: 'true' }, script: [terminateOne(50)], lastsSeconds: 300 })
    const writes = run.world.calls.filter(
      // What the stack keeps in its own bucket changes nothing of anybody's.
      ({ operation, service }) => !/^(Describe|List|Get)/.test(operation) && service !== 'S3',
    )
    expect(writes).toEqual([])
    expect(run.recording.metric('HookMissing')).toEqual([])
  })
})
