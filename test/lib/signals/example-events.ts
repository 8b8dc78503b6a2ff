import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = 'events'

/** The token that every example with a lifecycle action carries. It must never leave the parser. */
export const TOKEN = '0f6f3a52-6f0b-4b39-9d0c-3c1d2e5a7b84'

export const exampleNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))

/** The body of a queue message, as the file of that name in `events/` holds it. */
export const exampleBody = (name: string): string => readFileSync(`${FOLDER}/${name}.json`, 'utf8')

/** The same body as an object, to be changed by a test. */
export const exampleFields = (name: string) => JSON.parse(exampleBody(name)) as Record<string, unknown>

type Change = Readonly<Record<string, unknown>>

/** An example with some fields changed. `undefined` takes a field away, as JSON cannot hold it. */
export const changedExample = (name: string, change: Change): string =>
  JSON.stringify({ ...exampleFields(name), ...change })

/** The same for what is inside an EventBridge event. */
export const changedDetail = (name: string, change: Change): string => {
  const { detail } = exampleFields(name)
  return changedExample(name, { detail: { ...(detail as Change), ...change } })
}

export const unreadable = (reason: string) => ({ kind: 'unreadable', reason }) as const
