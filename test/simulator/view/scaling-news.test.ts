import { describe, expect, it } from '@jest/globals'

import type { Recording } from '../../../simulator/rehearsal/recording.ts'
import type { OutputLine } from '../../../simulator/world/product-output.ts'
import { scalingNews } from '../../../simulator/view/scaling-news.ts'

describe('the news of scaling', () => {
  it('tell each change of a group once, and nothing of other lines', () => {
    const lines: OutputLine[] = []
    const newsOf = scalingNews({ lines } as unknown as Recording)
    const size = { message: 'Set the desired capacity', autoScalingGroupName: 'web-a' }
    lines.push(
      { ...size, from: 0, to: 5, because: 'demand' },
      { message: 'Planned the capacity' },
      { message: 'Took an instance out of its group', autoScalingGroupName: 'web-a', instanceId: 'i-1' },
    )
    expect(newsOf(0).map(({ text }) => text)).toEqual([
      'web-a is asked for 5 instances instead of 0: tasks and headroom need them',
      'i-1 is taken out of web-a: its tasks fit elsewhere',
    ])
    lines.push({ ...size, from: 3, to: 4, because: 'veto-outlived' })
    expect(newsOf(1).map(({ text }) => text)).toEqual([
      'web-a is asked for 4 instances instead of 3: none of them may go',
    ])
    lines.push({ ...size, from: 0, to: 1, because: 'unknown-machine' })
    expect(newsOf(2).map(({ text }) => text)).toEqual([
      'web-a is asked for 1 instance instead of 0: tasks wait, and nobody knows yet what it launches',
    ])
    expect(newsOf(3)).toEqual([])
  })
})
