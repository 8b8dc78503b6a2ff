import { describe, expect, it } from '@jest/globals'

import { rehearse, type RehearsalOptions } from '../../../simulator/rehearsal/rehearse.ts'
import { scoreOf } from '../../../simulator/rehearsal/score.ts'
import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { createPlainView } from '../../../simulator/view/plain-view.ts'

const scenario = (changes: Record<string, unknown> = {}) =>
  parseScenario('small', {
    description: 'One of two instances leaves.',
    cluster: 'web',
    zones: ['eu-west-1a', 'eu-west-1b'],
    groups: [{ name: 'g', cpu: 2_048, memory: 4_096, desired: 2, max: 4 }],
    services: [
      {
        name: 'shop',
        cpu: 256,
        memory: 256,
        desired: 4,
        loadBalancer: { deregistrationDelaySeconds: 60 },
        traffic: { requestsPerSecond: 10 },
      },
    ],
    script: [{ do: 'set-desired-capacity', atSeconds: 10, group: 'g', desired: 1 }],
    lastsSeconds: 300,
    ...changes,
  })

/** The lines of a rehearsal with `A` and `B` for the instances, in the order in which they are named. */
const tell = async (options: Partial<RehearsalOptions> = {}) => {
  const rehearsed = { scenario: scenario(), seed: 3, ...options }
  let text = ''
  const view = createPlainView('The title', (part) => (text += part))
  const rehearsal = await rehearse({
    ...rehearsed,
    prepare: (world, recording) => view.begin({ world, recording, scenario: rehearsed.scenario }),
  })
  view.end()
  const names = new Map<string, string>()
  const named = text.replaceAll(/i-0[0-9a-f]{16}/g, (id) => {
    names.set(id, names.get(id) ?? String.fromCharCode(65 + names.size))
    return names.get(id) ?? ''
  })
  return { ...rehearsal, text, lines: named.trimEnd().split('\n') }
}

const withoutStamps = (lines: readonly string[]) => lines.map((line) => line.replace(/^\+[\d:]+ {2}/, ''))

describe('the time line', () => {
  it('tells a drain from its cause to its end, each thing once', async () => {
    const { lines } = await tell()
    expect(withoutStamps(lines)).toEqual([
      'The title',
      '',
      'somebody sets the desired capacity of g to 1',
      'A is in Terminating:Wait: the hook ebbtide-web holds it',
      'A is set to DRAINING: its group wants to terminate it and our hook holds it',
      'shop: 2 tasks are starting on B',
      'A waits: tasks are running on it',
      'shop: 2 tasks are leaving A',
      'A waits: ECS counts no task any more, but some have not stopped',
      'shop: 2 tasks have stopped on A',
      expect.stringMatching(
        /^A: hook completed after \d min \d+ s, \d(\.\d)? s after its last task stopped: every task on it has stopped$/,
      ),
      'A is terminated',
    ])
  })

  it('stamps each line with virtual time, in order', async () => {
    const { lines } = await tell()
    const stamps = lines.slice(2).map((line) => /^\+00:0\d:\d\d {2}/.exec(line)?.[0] ?? 'no stamp')
    expect(stamps[0]).toBe('+00:00:10  ')
    expect(stamps).toEqual(stamps.toSorted())
  })

  it('tells what is killed and dropped where there is no Ebbtide', async () => {
    const { lines } = await tell({ ebbtide: 'absent' })
    const told = withoutStamps(lines)
    expect(told).toContain('2 tasks killed on A: 2 shop')
    expect(told).toContainEqual(expect.stringMatching(/^shop: \d+ requests? dropped on A, because/))
    expect(lines.join()).not.toContain('hook')
  })

  it('tells every step that happens, and none that would come after the end', async () => {
    const script = [
      { do: 'terminate-by-hand', atSeconds: 20, group: 'g' },
      { do: 'update-service', atSeconds: 5, service: 'shop', desired: 3 },
      { do: 'delete-hook', atSeconds: 400, group: 'g', hook: 'ebbtide-web' },
    ]
    const { lines } = await tell({ scenario: scenario({ script }), ebbtide: 'absent' })
    expect(lines.filter((line) => line.includes('somebody'))).toEqual([
      '+00:00:05  somebody updates the service shop: desired count 3',
      '+00:00:20  somebody terminates 1 instance of g in EC2, past every hook',
    ])
  })

  it('tells the state in which a hook holds an instance of a warm pool', async () => {
    const hook = { name: 'warm-up', transition: 'launching' as const, heartbeatTimeoutSeconds: 30 }
    const pooled = { name: 'g', cpu: 2_048, memory: 4_096, desired: 2, max: 4, otherHooks: [hook] }
    const script = [{ do: 'put-warm-pool', atSeconds: 5, group: 'g', minSize: 1 }]
    const { lines } = await tell({ scenario: scenario({ groups: [pooled], script }), ebbtide: 'absent' })
    expect(withoutStamps(lines)).toContain('A is in Warmed:Pending:Wait: the hook warm-up holds it')
  })

  it('tells a violation that is found at the very end', async () => {
    const rehearsed = scenario()
    let text = ''
    const view = createPlainView('The title', (part) => (text += part))
    const { recording } = await rehearse({
      scenario: rehearsed,
      seed: 3,
      ebbtide: 'absent',
      prepare: (world, kept) => view.begin({ world, recording: kept, scenario: rehearsed }),
    })
    recording.violations.push({ promise: 3, instanceId: 'i-0c', at: 0, what: 'its action never ended' })
    view.end()
    expect(text).toContain('+00:05:00  promise 3 was broken for i-0c: its action never ended\n')
  })

  it('changes nothing in what it watches', async () => {
    const watched = await tell()
    const unwatched = await rehearse({ scenario: scenario(), seed: 3 })
    const about = { seed: 3, scenario: 'small', virtualSeconds: 300 }
    expect(scoreOf(watched.world, watched.recording, about)).toEqual(
      scoreOf(unwatched.world, unwatched.recording, about),
    )
    expect(watched.recording.decisions.map(({ facts }) => facts.now)).toEqual(
      unwatched.recording.decisions.map(({ facts }) => facts.now),
    )
  })
})
