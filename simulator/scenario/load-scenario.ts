import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as z from 'zod'

import { nameMistakes } from './scenario-names.ts'
import { scenarioSchema, type Scenario } from './scenario.ts'
import { settingMistakes } from './setting-mistakes.ts'

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

/** @throws {ScenarioError} with a sentence for each mistake, of whatever kind. */
export const parseScenario = (name: string, content: unknown): Scenario => {
  // Without its input, an issue does not tell a field that is missing from one of a wrong type.
  const result = scenarioSchema.safeParse(content, { reportInput: true, error: wordsOf })
  const mistakes = [
    ...(result.error?.issues ?? []).map(sentenceOf),
    ...nameMistakes(content),
    ...settingMistakes(content),
  ]
  if (!result.success || mistakes.length > 0) throw new ScenarioError([...new Set(mistakes)])
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

const typesInWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  string: 'a text',
}

/** For fields whose schema brings no words of its own. */
const wordsOf = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code === 'invalid_type') return `must be ${typesInWords[issue.expected] ?? `a ${issue.expected}`}`
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`
  return undefined
}
