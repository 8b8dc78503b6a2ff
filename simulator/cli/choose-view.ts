import process, { env, exit, stdout } from 'node:process'

import type { Scenario } from '../scenario/scenario.ts'
import { createColours, type Colours } from '../view/colours.ts'
import { LiveView } from '../view/live-view.ts'
import { createPlainView } from '../view/plain-view.ts'
import type { Terminal } from '../view/screen.ts'
import { noView, type View } from '../view/view.ts'
import type { StartOptions } from './start-command.ts'

/** What a shell expects of a program that was interrupted or ended: 128 and the signal's number. */
const INTERRUPTED = 130
const TERMINATED = 143

/** A live view on a terminal, lines for everything else, nothing beside a score for programs. */
export const chooseView = (options: StartOptions, scenario: Scenario): View => {
  if (options.json) return noView
  const title = titleOf(options, scenario)
  if (!isTerminal()) return createPlainView(title, (text) => stdout.write(text))
  const view = new LiveView({ terminal, colours: chooseColours(), title })
  process.once('SIGINT', () => leave(view, INTERRUPTED))
  process.once('SIGTERM', () => leave(view, TERMINATED))
  return view
}

/** `NO_COLOR` is what people set who want none: https://no-color.org. */
export const chooseColours = (): Colours =>
  createColours(isTerminal() && (env['NO_COLOR'] ?? '') === '' ? 'coloured' : 'plain')

const isTerminal = (): boolean => stdout.isTTY && env['TERM'] !== 'dumb'

/** Asked for every frame, because people resize windows. Some terminals say 0 when they do not know. */
const terminal: Terminal = {
  get columns() {
    return stdout.columns || 80
  },
  get rows() {
    return stdout.rows || 24
  },
  write: (text) => stdout.write(text),
}

const titleOf = (
  { seed, withoutEbbtide, scaling }: StartOptions,
  { name, description }: Scenario,
): string => {
  const how = `${withoutEbbtide ? ', without Ebbtide' : ''}${scaling === undefined ? '' : `, scaling: ${scaling}`}`
  return `${name}, seed ${seed}${how}: ${description}`
}

const leave = (view: LiveView, exitCode: number): void => {
  view.close()
  exit(exitCode)
}
