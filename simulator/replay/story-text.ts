import { counted } from '../view/counted.ts'
import { textTable } from '../view/text-table.ts'
import { inWords } from '../view/virtual-time.ts'
import { actionInWords, verdictInWords } from './action-words.ts'
import { dateAndTime, timeOfDay } from './moment.ts'
import type { Chapter, DrainStory } from './story.ts'

/** The time line of one drain, for people. */
export const storyText = (story: DrainStory): readonly string[] => [
  [story.instanceId, story.autoScalingGroupName, story.cause, endInWords(story)].filter(Boolean).join('  '),
  `  ${dateAndTime(story.startedAt)} UTC  the termination begins`,
  ...textTable(story.chapters.map(chapterRow)).map((line) => `  ${line}`),
  `  ${[counted(story.lookCount, 'look'), heartbeatsInWords(story), lagInWords(story)].filter(Boolean).join(', ')}`,
]

const endInWords = ({ outcome, startedAt, endedAt }: DrainStory): string => {
  if (endedAt === undefined) return 'no end in this log'
  return `${outcome ?? 'ended by somebody else'} after ${inWords((endedAt - startedAt) / 1_000)}`
}

const chapterRow = (chapter: Chapter): readonly string[] => [
  timeOfDay(chapter.at),
  verdictInWords(chapter),
  tasksInWords(chapter),
  [...chapter.actions.map(actionInWords), ...(chapter.hasFailed ? ['failed'] : [])].join(', '),
]

const tasksInWords = ({ tasksLeft, tasksCounted }: Chapter): string => {
  const services = Object.entries(tasksLeft ?? {}).map(([name, count]) => `${name} ${count}`)
  if (services.length > 0) return services.join(', ')
  if (tasksLeft !== undefined) return 'no task left'
  return tasksCounted === undefined ? '' : `${counted(tasksCounted, 'task')} counted`
}

const heartbeatsInWords = ({ heartbeats }: DrainStory): string =>
  heartbeats.length === 0 ? '' : counted(heartbeats.length, 'heartbeat')

/** The hook's completion itself takes some calls more. */
const lagInWords = ({ lastTaskStoppedAt, endedAt }: DrainStory): string =>
  lastTaskStoppedAt === undefined || endedAt === undefined
    ? ''
    : `last task stopped ${inWords(Math.max(0, (endedAt - lastTaskStoppedAt) / 1_000))} before the last look`
