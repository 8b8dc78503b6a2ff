import type { Recording } from '../rehearsal/recording.ts'
import type { OutputLine } from '../world/product-output.ts'
import { counted } from './counted.ts'
import { unreadOf, type News, type NewsSource } from './news.ts'

/** What Ebbtide makes of the size of groups, by the lines that it writes when it has done so. */
export const scalingNews = (recording: Recording): NewsSource => {
  const unread = unreadOf(recording.lines)
  return () => unread().flatMap(newsOf)
}

const newsOf = (line: OutputLine): readonly News[] => {
  const group = String(line['autoScalingGroupName'])
  switch (line['message']) {
    case 'Set the desired capacity':
      return [
        {
          text: `${group} is asked for ${counted(Number(line['to']), 'instance')} instead of ${String(line['from'])}: ${reasonOf(line)}`,
          tone: 'plain',
        },
      ]
    case 'Took an instance out of its group':
      return [
        {
          text: `${String(line['instanceId'])} is taken out of ${group}: its tasks fit elsewhere`,
          tone: 'plain',
        },
      ]
    default:
      return []
  }
}

const reasonOf = ({ because }: OutputLine): string => {
  switch (because) {
    case 'veto-outlived':
      return 'none of them may go'
    case 'unknown-machine':
      return 'tasks wait, and nobody knows yet what it launches'
    default:
      return 'tasks and headroom need them'
  }
}
