import { describe, expect, it } from '@jest/globals'

import { readLog } from '../../../simulator/replay/read-log.ts'
import { storyText } from '../../../simulator/replay/story-text.ts'
import { drainStories } from '../../../simulator/replay/story.ts'
import { at, draining, emptied, factsAt, START, taskIn } from '../../lib/decide/facts-of.ts'
import { loggedLine } from './logged-lines.ts'

const looks = [
  loggedLine(factsAt(2)),
  loggedLine(factsAt(60, { containerInstance: draining(3, { stopLeadSeconds: 90 }) })),
  loggedLine(factsAt(120, { containerInstance: draining(3, { stopLeadSeconds: 90 }) })),
  loggedLine(factsAt(660, { containerInstance: draining(3, { stopLeadSeconds: 90 }) })),
  loggedLine(
    factsAt(700, { containerInstance: emptied(3), tasks: [taskIn('DEACTIVATING'), taskIn('STOPPED')] }),
  ),
  loggedLine(
    factsAt(750, { containerInstance: emptied(3), tasks: [taskIn('STOPPED', { stoppedAt: at(749) })] }),
  ),
]

const storiesOf = (lines: readonly string[]) => drainStories(readLog(lines.join('\n')).decisions)

describe('the story of a drain', () => {
  it('tells cause, changes, heartbeats and the end', () => {
    const [story, ...others] = storiesOf(looks)
    expect(others).toEqual([])
    expect(story).toMatchObject({
      instanceId: 'i-0123456789abcdef0',
      cause: 'scale-in',
      startedAt: START,
      endedAt: at(750),
      outcome: 'drained',
      lastTaskStoppedAt: at(749),
      lookCount: 6,
      heartbeats: [at(660), at(700)],
    })
    expect(story?.chapters.map(({ verdict, because }) => `${verdict}: ${because}`)).toEqual([
      'start: hook-waits',
      'wait: tasks-running',
      'wait: tasks-stopping',
      'finish: all-tasks-stopped',
    ])
    expect(story?.chapters[2]?.tasksLeft).toEqual({ shop: 1 })
  })

  it('is a time line for people', () => {
    const [story] = storiesOf(looks)
    const lines = storyText(story!)
    expect(lines[0]).toBe('i-0123456789abcdef0  ecs-web-a  scale-in  drained after 12 min 30 s')
    expect(lines[1]).toBe('  2026-11-20 09:00:00.000 UTC  the termination begins')
    expect(lines).toContain('  09:11:40.000  wait: tasks-stopping       shop 1           heartbeat, remember')
    expect(lines.at(-1)).toBe('  6 looks, 2 heartbeats, last task stopped 1 s before the last look')
  })

  it('is put in order by time, because several functions write into one log', () => {
    expect(storiesOf(looks.toReversed())).toEqual(storiesOf(looks))
  })

  it('has no end where the log has none', () => {
    const [story] = storiesOf(looks.slice(0, 3))
    expect(story).not.toHaveProperty('endedAt')
    expect(storyText(story!)[0]).toContain('no end in this log')
  })

  it('leaves the outcome to others who had ended the hook before', () => {
    const over = loggedLine(
      factsAt(750, { containerInstance: emptied(3), tasks: [taskIn('STOPPED', { stoppedAt: at(749) })] }),
      { results: ['already-over'] },
    )
    const [story] = storiesOf([...looks.slice(0, 5), over])
    expect(story).toMatchObject({ endedAt: at(750) })
    expect(story).not.toHaveProperty('outcome')
  })

  it('is told for each termination of an instance that comes back', () => {
    const later = { startedAt: at(10_000), cause: 'user' }
    const stories = storiesOf([...looks, loggedLine(factsAt(10_002, { action: later }))])
    expect(stories.map(({ cause, lookCount }) => `${cause} ${lookCount}`)).toEqual(['scale-in 6', 'user 1'])
  })

  it('leaves out instances that wait for nothing', () => {
    expect(storiesOf([loggedLine(factsAt(5, { lifecycleState: 'InService' }))])).toEqual([])
  })
})
