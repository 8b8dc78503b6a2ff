import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'

import { parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { scenarioSchema } from '../../../simulator/scenario/scenario.ts'

const root = join(__dirname, '../../..')
const readme = readFileSync(join(root, 'simulator/scenarios/README.md'), 'utf8')
/** The README leads there for the switches under `assumptions`. */
const fidelity = readFileSync(join(root, 'docs/fidelity.md'), 'utf8')

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly const?: unknown
  readonly [keyword: string]: unknown
}

/** Every field of every object in the schema, and every value of `do`. */
const namesIn = (schema: unknown): readonly string[] => {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {}, ...rest } = schema as JsonSchema
  const step = properties['do']?.const
  return [
    ...Object.keys(properties),
    ...(typeof step === 'string' ? [step] : []),
    ...[...Object.values(properties), ...Object.values(rest)].flatMap(namesIn),
  ]
}

describe("the scenarios' README", () => {
  it('names every field of a scenario file and every step of a script', () => {
    const names = namesIn(z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' }))
    expect(names).toEqual(
      expect.arrayContaining(['lastsSeconds', 'deregistrationDelaySeconds', 'lose-events']),
    )
    const isNamed = (name: string) => new RegExp(`[\`"]${name}[\`"]`).test(readme + fidelity)
    const missing = [...new Set(names)].filter((name) => !isNamed(name))
    expect(missing).toEqual([])
  })

  it('shows an example that can be rehearsed', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(readme) ?? []
    expect(() => parseScenario('example', JSON.parse(example))).not.toThrow()
  })
})
