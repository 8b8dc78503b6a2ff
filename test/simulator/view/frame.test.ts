import { describe, expect, it } from '@jest/globals'

import type { InstanceSnapshot, TaskOnInstance } from '../../../simulator/view/cluster-snapshot.ts'
import { createColours } from '../../../simulator/view/colours.ts'
import { renderFrame, type FrameContent } from '../../../simulator/view/frame.ts'
import type { TaskPhase } from '../../../simulator/view/task-phase.ts'

const plain = createColours('plain')
const coloured = createColours('coloured')

const tasks = (workload: string, ...phases: readonly TaskPhase[]): readonly TaskOnInstance[] =>
  phases.map((phase) => ({ workload, phase }))

const inService = (instanceId: string, onIt: readonly TaskOnInstance[] = []): InstanceSnapshot => ({
  instanceId,
  lifecycleState: 'InService',
  ecsStatus: 'ACTIVE',
  tasks: onIt,
})

const leaving: InstanceSnapshot = {
  instanceId: 'i-0aaaaaaaaaaaaaaaa',
  lifecycleState: 'Terminating:Wait',
  ecsStatus: 'DRAINING',
  tasks: [...tasks('shop', 'deregistering', 'running'), ...tasks('logs', 'stopping')],
}

const content: FrameContent = {
  title: 'scale-in, seed 1: One of two instances leaves.',
  elapsedMs: 300_000,
  lastsMs: 1_200_000,
  requests: { sent: 12_000, dropped: 3 },
  cluster: {
    workloads: ['shop', 'logs'],
    zones: [
      { name: 'eu-west-1a', instances: [leaving] },
      {
        name: 'eu-west-1b',
        instances: [
          inService('i-0bbbbbbbbbbbbbbbb', [
            ...tasks('shop', 'running', 'starting'),
            ...tasks('logs', 'running'),
          ]),
        ],
      },
    ],
  },
  entries: [{ elapsedMs: 66_000, text: 'i-0aaaaaaaaaaaaaaaa waits: tasks are running on it', tone: 'plain' }],
}

const manyInstances: FrameContent = {
  ...content,
  cluster: {
    ...content.cluster,
    zones: [
      {
        name: 'eu-west-1a',
        instances: [...Array.from({ length: 50 }, (_, index) => inService(`i-${index}`)), leaving],
      },
    ],
  },
}

const withoutColours = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''))

describe('a frame of the live view', () => {
  it('shows time, requests, each instance with its states and tasks, and the latest news', () => {
    expect(renderFrame(content, { columns: 80, rows: 17 }, plain)).toEqual([
      'scale-in, seed 1: One of two instances leaves.',
      '━━━━━━━━─────────────────────── +00:05:00 of 00:20:00  12000 requests, 3 dropped',
      '',
      '                                                    shop  logs  ',
      'eu-west-1a',
      ' i-0aaaaaaaaaaaaaaaa  Terminating:Wait    DRAINING  ●◐    ◌     ',
      'eu-west-1b',
      ' i-0bbbbbbbbbbbbbbbb  InService           ACTIVE    ●○    ●     ',
      '',
      '● running   ○ starting   ◐ deregistering   ◌ stopping   ',
      '',
      '+00:01:06  i-0aaaaaaaaaaaaaaaa waits: tasks are running on it',
      '',
      '',
      '',
      '',
      '',
    ])
  })

  it.each([
    [200, 50],
    [80, 24],
    [40, 12],
    [20, 5],
    [1, 1],
  ])('keeps within %i columns and %i rows', (columns, rows) => {
    for (const drawn of [content, manyInstances]) {
      const lines = withoutColours(renderFrame(drawn, { columns, rows }, coloured))
      expect(lines.length).toBeLessThanOrEqual(rows)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
    }
  })

  it('cuts what is too wide before it is coloured, so that no colour runs on', () => {
    const size = { columns: 60, rows: 20 }
    const frame = renderFrame(content, size, coloured)
    expect(withoutColours(frame)).toEqual(renderFrame(content, size, plain))
    for (const line of frame) expect(line.split('\u001b[').length % 2).toBe(1)
  })

  it('writes no control character without colours', () => {
    expect(renderFrame(content, { columns: 80, rows: 24 }, plain).join('\n')).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f]/,
    )
  })

  it('shows those that come or go first where not all instances fit', () => {
    const lines = renderFrame(manyInstances, { columns: 80, rows: 16 }, plain)
    expect(lines[4]).toContain('i-0aaaaaaaaaaaaaaaa')
    expect(lines).toContain(' and 48 more instances')
  })

  it('counts tasks where they are too many to draw', () => {
    const crowded = { ...leaving, tasks: tasks('shop', ...Array<TaskPhase>(11).fill('running'), 'stopping') }
    const cluster = { workloads: ['shop'], zones: [{ name: 'eu-west-1a', instances: [crowded] }] }
    const lines = renderFrame({ ...content, cluster }, { columns: 80, rows: 24 }, plain)
    expect(lines).toContainEqual(expect.stringMatching(/DRAINING {2}11●1◌/))
  })

  it('breaks long news between words', () => {
    const entries = [
      { elapsedMs: 0, text: 'shop: 2 tasks are leaving i-0aaaaaaaaaaaaaaaa', tone: 'plain' },
    ] as const
    const lines = renderFrame({ ...content, entries }, { columns: 40, rows: 24 }, plain)
    expect(lines).toContain('+00:00:00  shop: 2 tasks are leaving')
    expect(lines).toContain('           i-0aaaaaaaaaaaaaaaa')
  })
})
