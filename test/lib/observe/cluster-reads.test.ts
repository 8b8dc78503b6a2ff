import type { Activity, AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { DescribeTasksCommand, ListTasksCommand, type ECSClient } from '@aws-sdk/client-ecs'
import { describe, expect, it } from '@jest/globals'

import { readHistory } from '../../../lib/observe/capacity/group-history.ts'
import { readTasksOfCluster } from '../../../lib/observe/capacity/tasks-of-cluster.ts'
import { Sightings } from '../../../lib/observe/sightings.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000

/** As much of ECS as lists and describes tasks, a hundred at a time, all of them wanted. */
const ecsWithTasks = (total: number): ECSClient => {
  const send = async (command: object) => {
    if (command instanceof ListTasksCommand) {
      const at = Number(command.input.nextToken ?? 0)
      const count = command.input.desiredStatus === 'RUNNING' ? total : 0
      const taskArns = Array.from(
        { length: Math.min(100, Math.max(0, count - at)) },
        (_, nth) => `t${at + nth}`,
      )
      return { taskArns, ...(at + 100 < count && { nextToken: String(at + 100) }) }
    }
    if (command instanceof DescribeTasksCommand)
      return { tasks: command.input.tasks?.map((taskArn) => ({ taskArn, lastStatus: 'RUNNING' })) }
    throw new Error(`not modelled: ${command.constructor.name}`)
  }
  return { send } as unknown as ECSClient
}

describe('a cluster with more than ten thousand tasks', () => {
  it('is read to its last task', async () => {
    const question = { ecs: ecsWithTasks(10_001), cluster: 'web', stopped: new Set<string>() }
    expect(await readTasksOfCluster(question)).toHaveLength(10_001)
  })
})

/** Auto Scaling with these activities, the newest first, a hundred on a page. */
const groupWith = (activities: readonly Activity[]) => {
  const asked: (string | undefined)[] = []
  const send = async ({ input }: { readonly input: { readonly NextToken?: string } }) => {
    asked.push(input.NextToken)
    const at = Number(input.NextToken ?? 0)
    return {
      Activities: activities.slice(at, at + 100),
      ...(at + 100 < activities.length && { NextToken: String(at + 100) }),
    }
  }
  const autoScaling = { send } as unknown as AutoScalingClient
  return { question: { autoScaling, autoScalingGroupName: 'ecs-web-a' }, asked }
}

const launch = (id: string, secondsAgo: number, more: Partial<Activity> = {}): Activity => ({
  ActivityId: id,
  AutoScalingGroupName: 'ecs-web-a',
  Cause: 'an instance was started in response to a difference between desired and actual capacity',
  Description: `Launching a new EC2 instance: i-${id}`,
  StartTime: new Date(NOW - secondsAgo * 1_000),
  StatusCode: 'Successful',
  ...more,
})

const failed = (id: string, secondsAgo: number): Activity =>
  launch(id, secondsAgo, {
    Description:
      'Launching a new EC2 instance.  Status Reason: We currently do not have sufficient capacity.',
    StatusCode: 'Failed',
  })

describe('the history of a group', () => {
  const idOf = (nth: number) => nth.toString(16).padStart(17, '0')

  it('knows every launch within the time that a machine has to register', async () => {
    const { question, asked } = groupWith(
      Array.from({ length: 500 }, (_, nth) => launch(idOf(nth), 3 * (nth + 1))),
    )
    const { launchedAt } = await readHistory(question, NOW)
    for (const nth of [0, 99, 100, 199]) expect(launchedAt.has(`i-${idOf(nth)}`)).toBe(true)
    // The third page begins beyond ten minutes.
    expect(asked).toEqual([undefined, '100', '200'])
  })

  it('is read by one call where little has happened', async () => {
    const { question, asked } = groupWith(
      Array.from({ length: 150 }, (_, nth) => launch(idOf(nth), 60 * (nth + 1))),
    )
    await readHistory(question, NOW)
    expect(asked).toEqual([undefined])
  })

  it('says that the newest launch failed, and since when', async () => {
    const read = async (...activities: readonly Activity[]) =>
      (await readHistory(groupWith(activities).question, NOW)).launchFailedAt
    expect(await read(failed('1', 60), launch('2', 120))).toBe(NOW - MINUTE)
    expect(await read(launch('2', 30), failed('1', 60))).toBeUndefined()
    expect(await read(launch('2', 30, { StatusCode: 'MidLifecycleAction' }), failed('1', 60))).toBeUndefined()
    expect(
      await read(launch('3', 10, { Description: 'Terminating EC2 instance: i-3' }), failed('1', 60)),
    ).toBe(NOW - MINUTE)
    expect(await read()).toBeUndefined()
  })
})

describe('what is seen look after look', () => {
  it('counts from anew as soon as it looks different, also where it looks as before again', () => {
    let now = NOW
    const sightings = new Sightings({ now: () => now })
    const look = (what: string) => {
      now += MINUTE
      return sightings.track('ecs-web-a', { isSeen: true, what })
    }
    const first = look('3 of 4')
    expect(look('3 of 4')).toBe(first)
    expect(look('3 of 5')).toBe(now)
    expect(look('3 of 4')).toBe(now)
  })
})
