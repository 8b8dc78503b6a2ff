import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as z from 'zod'

import { scenarioSchema, type Scenario, type ScenarioFile } from './scenario.ts'

const folder = fileURLToPath(new URL('../scenarios', import.meta.url))

/** A scenario that cannot be used: one sentence for each mistake, naming the field. */
export class ScenarioError extends Error {
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'))
    this.name = 'ScenarioError'
  }
}

/** The scenarios that come with the project, by name. */
export const scenarioNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .toSorted()

/**
 * Loads a scenario by its name, or from a file of one's own.
 *
 * @throws {ScenarioError} with a sentence for each mistake.
 */
export const loadScenario = (nameOrFile: string): Scenario => {
  const isFile = nameOrFile.endsWith('.json')
  const path = isFile ? nameOrFile : join(folder, `${nameOrFile}.json`)
  return parseScenario(basename(path, '.json'), readJson(path, nameOrFile))
}

/** @throws {ScenarioError} with a sentence for each mistake. */
export const parseScenario = (name: string, content: unknown): Scenario => {
  const result = scenarioSchema.safeParse(content)
  if (!result.success) throw new ScenarioError(result.error.issues.map(sentenceOf))
  const mistakes = [...doubleNames(result.data), ...unknownNames(result.data)]
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return { name, ...result.data }
}

const readJson = (path: string, nameOrFile: string): unknown => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new ScenarioError([
      `There is no scenario ${nameOrFile}. Known are ${scenarioNames().join(', ')}, or name a .json file.`,
    ])
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ScenarioError([
      // The parser quotes the place of the mistake with its line breaks.
      `${path} is not JSON: ${String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, ' ')}.`,
    ])
  }
}

/** `services[0].maximumPercent must be 100 or more.` */
const sentenceOf = (issue: z.core.$ZodIssue): string => {
  const where = fieldName(issue.path)
  if (issue.code === 'unrecognized_keys')
    return `${where === '' ? 'The scenario' : where} has no field ${issue.keys.join(', ')}.`
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined
  return `${where === '' ? 'The scenario' : where} ${isMissing ? 'is missing: it ' : ''}${issue.message}.`
}

const fieldName = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`,
    '',
  )

/** Names that a step of the script uses and nothing in the scenario has. */
const unknownNames = ({ groups, services, script }: ScenarioFile): readonly string[] =>
  script.flatMap((step, index) => {
    const field = 'service' in step ? 'service' : 'group'
    const known = (field === 'service' ? services : groups).map(({ name }) => name)
    const used = 'service' in step ? step.service : 'group' in step ? step.group : undefined
    return used === undefined || known.includes(used)
      ? []
      : [`script[${index}].${field} names ${used}, but there is only ${known.join(', ')}.`]
  })

const doubleNames = ({ groups, services, daemons, standaloneTasks }: ScenarioFile): readonly string[] => {
  const tasks = [...services, ...daemons, ...standaloneTasks].map(({ name }) => name)
  return [groups.map(({ name }) => name), tasks].flatMap((names) =>
    [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
      (name) => `The name ${name} is used twice.`,
    ),
  )
}
