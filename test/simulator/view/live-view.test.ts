import { describe, expect, it } from '@jest/globals'

import { rehearse } from '../../../simulator/rehearsal/rehearse.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { createColours } from '../../../simulator/view/colours.ts'
import { LiveView } from '../../../simulator/view/live-view.ts'

const scenario = parseScenario('live', {
  description: 'One of two instances is terminated by hand.',
  cluster: 'web',
  groups: [{ name: 'g', cpu: 2_048, memory: 4_096, desired: 2, max: 4 }],
  services: [{ name: 'shop', cpu: 256, memory: 256, desired: 2 }],
  script: [{ do: 'terminate-by-hand', atSeconds: 3, group: 'g' }],
  lastsSeconds: 20,
})

const watch = async () => {
  const writes: string[] = []
  const terminal = { columns: 80, rows: 24, write: (text: string) => writes.push(text) }
  const view = new LiveView({ terminal, colours: createColours('plain'), title: 'The title' })
  const { world, recording } = await rehearse({
    scenario,
    seed: 1,
    ebbtide: 'absent',
    passTime: view.passTime,
    prepare: (prepared, kept) => view.begin({ world: prepared, recording: kept, scenario }),
  })
  const endsAt = world.simulation.now()
  view.end()
  return { writes, recording, endsAt }
}

describe('the live view', () => {
  it('draws the cluster from its beginning to its end, and gives the cursor back', async () => {
    const { writes, recording } = await watch()
    const frames = writes.slice(0, -1)
    expect(frames[0]).toContain('\u001b[?25l')
    expect(frames[0]).toContain(' +00:00:00 of 00:00:20')
    expect(frames.at(-1)).toContain(' +00:00:20 of 00:00:20')
    expect(frames.at(-1)).toContain('1 task killed on ')
    expect(writes.at(-1)).toBe('\u001b[?25h')
    expect(recording.killedTasks).toHaveLength(1)
  })

  it('shows what happens in more than one frame', async () => {
    const { writes } = await watch()
    const withNews = writes.filter((frame) => frame.includes('somebody terminates'))
    expect(withNews.length).toBeGreaterThan(3)
    expect(withNews.length).toBeLessThan(writes.length - 2)
  })
})
