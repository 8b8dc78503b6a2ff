import { Command } from 'commander'

import { counted } from '../view/counted.ts'
import { readLog } from '../replay/read-log.ts'
import { readStoredText } from '../replay/stored-text.ts'
import { storyText } from '../replay/story-text.ts'
import { drainStories } from '../replay/story.ts'
import { locate, printJson, printLines, runCommand } from './run-command.ts'

interface StoryOptions {
  readonly json?: true
  readonly instance?: string
}

const command = new Command('npm run story --')
  .description('Tells every drain of a stored log as a time line.')
  .argument('<file>', 'a log of the functions, gzipped or not')
  .option('--instance <id>', 'only the drains of this instance')
  .option('--json', 'print one JSON object and nothing else (with npm run --silent)')
  .helpOption('--help', 'print this')

const tell = (): Promise<number> => {
  const [file = ''] = command.args
  const { json, instance } = command.opts<StoryOptions>()
  const { lineCount, decisions, unreadable } = readLog(readStoredText(locate(file)))
  const drains = drainStories(decisions).filter(
    ({ instanceId }) => instance === undefined || instanceId === instance,
  )
  if (json) printJson({ linesRead: lineCount, decisions: decisions.length, unreadable, drains })
  else {
    const read = `${counted(lineCount, 'line')} read, ${counted(decisions.length, 'decision')}, ${unreadable.length} unreadable, ${counted(drains.length, 'drain')}`
    printLines([read, ...drains.flatMap((drain) => ['', ...storyText(drain)])])
  }
  return Promise.resolve(0)
}

await runCommand(command, tell)
