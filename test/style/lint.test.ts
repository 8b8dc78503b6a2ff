import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from '@jest/globals'

const imports = 'no-restricted-imports'
const globals = 'no-restricted-globals'
const syntax = 'no-restricted-syntax'
const long = (lines: number) =>
  Array.from({ length: lines }, (_, line) => `  console.log(${line})`).join('\n')

/** Where, what is wrong there, and the rule that must say so. */
const offences: readonly (readonly [path: string, code: string, rule: string])[] = [
  ...['decide', 'capacity'].flatMap((folder) =>
    [
      ["import { ECSClient } from '@aws-sdk/client-ecs'\nexport const a = ECSClient", imports],
      ["import type { Task } from '@aws-sdk/client-ecs'\nexport type A = Task", imports],
      ["import { systemClock } from '../clock.ts'\nexport const a = systemClock", imports],
      ["import { readFileSync } from 'node:fs'\nexport const a = readFileSync", imports],
      ["import * as z from 'zod'\nexport const a = z", imports],
      ["export * from '../settings.ts'", imports],
      ['export const a = () => Date.now()', globals],
      ['export const a = () => new Date(0)', syntax],
      ['export const a = () => performance.now()', globals],
      ['export const a = () => process.env', globals],
      ['export const a = () => globalThis', globals],
      ['export const a = () => crypto.randomUUID()', globals],
      ['export const a = () => console.log(1)', globals],
      ['export const a = () => setTimeout(() => 1, 1)', globals],
      ['export const a = () => fetch("https://example.com")', globals],
      ['export const a = () => Math.random()', 'no-restricted-properties'],
      ['export const a = () => import("./b.ts")', syntax],
      ['export const a = import.meta.url', syntax],
      ['export const a = async () => 1', syntax],
      ['export const a = await Promise.resolve(1)', syntax],
    ].map(([code = '', rule = '']) => [`lib/${folder}/offence.ts`, code, rule] as const),
  ),
  [
    'lib/capacity/offence.ts',
    "import { decideDrain } from '../decide/drain.ts'\nexport const a = decideDrain",
    imports,
  ],
  [
    'lib/decide/offence.ts',
    "import { measure } from '../capacity/measure.ts'\nexport const a = measure",
    imports,
  ],
  ['lib/offence.ts', "import { ECSClient } from '@aws-sdk/client-ecs'\nexport const a = ECSClient", imports],
  [
    'lib/signals/offence.ts',
    "import type { Task } from '@aws-sdk/client-ecs'\nexport type A = Task",
    imports,
  ],
  ...['functions', 'simulator', 'test', 'deploy'].flatMap((folder) =>
    ['lib/offence.ts', 'lib/observe/offence.ts', 'lib/act/offence.ts', 'lib/decide/offence.ts'].map(
      (path) => [path, `export * from '../../${folder}/a.ts'`, imports] as const,
    ),
  ),
  ['lib/offence.ts', 'export const a = () => process.env', globals],
  ['lib/observe/offence.ts', 'export const a = () => process.env', globals],
  ['lib/aws/offence.ts', "import { env } from 'node:process'\nexport const a = env", imports],
  [
    'functions/offence.ts',
    "import { ECSClient } from '@aws-sdk/client-ecs'\nexport const a = ECSClient",
    imports,
  ],
  ['functions/offence.ts', "export * from '../simulator/a.ts'", imports],
  ...['lib', 'lib/signals', 'lib/observe', 'lib/act', 'lib/aws', 'functions'].flatMap((folder) =>
    ['zod', 'zod/v4'].map(
      (module) =>
        [`${folder}/offence.ts`, `import * as z from '${module}'\nexport const a = z`, imports] as const,
    ),
  ),
  ['deploy/offence.ts', "export * from '../simulator/a.ts'", imports],
  ...['lib', 'functions', 'simulator', 'deploy', 'test/lib'].flatMap(
    (folder) =>
      [
        [`${folder}/offence.ts`, 'export default 1', syntax],
        [`${folder}/offence.ts`, 'export class A extends Map {}', syntax],
      ] as const,
  ),
  ['lib/offence.ts', 'export const a = (loud: boolean) => loud', syntax],
  ['lib/offence.ts', 'export const a = (loud = true) => loud', syntax],
  ['lib/offence.ts', 'export const a = (x: any) => x', '@typescript-eslint/no-explicit-any'],
  ['lib/offence.ts', 'export const a = (b: 1, c: 1, d: 1, e: 1) => b + c + d + e', 'max-params'],
  ['lib/offence.ts', `export const a = () => {\n${long(40)}\n}`, 'max-lines-per-function'],
  ['lib/offence.ts', long(251), 'max-lines'],
  [
    'lib/offence.ts',
    'export const a = (b: number) => { if (b) { if (b > 1) { if (b > 2) { if (b > 3) { return b } } } } return 0 }',
    'max-depth',
  ],
]

/** What the rules must leave alone. */
const inOrder: readonly (readonly [path: string, code: string])[] = [
  [
    'lib/decide/order.ts',
    "import type { Facts } from './facts.ts'\nexport const a = (facts: Facts) => Math.max(1, facts.now)",
  ],
  [
    'lib/capacity/order.ts',
    "import { roomWithin } from '../decide/bounds.ts'\nimport { measure } from './measure.ts'\nexport const a = { roomWithin, measure }",
  ],
  [
    'lib/observe/order.ts',
    "import { ECSClient } from '@aws-sdk/client-ecs'\nexport const a = async () => new ECSClient({})",
  ],
  ['lib/order.ts', "import * as z from 'zod/mini'\nexport class AError extends Error {}\nexport const a = z"],
  [
    'functions/order.ts',
    "import middy from '@middy/core'\nimport { a } from '../lib/a.ts'\nexport const handler = middy(() => a(process.env))",
  ],
  ['deploy/order.ts', "import { wholeSeconds } from '../lib/settings.ts'\nexport const a = wholeSeconds"],
  ['deploy/order.js', 'export default class A {}'],
  ['simulator/order.ts', "import * as z from 'zod'\nexport const a = z"],
  ['simulator/order.ts', "import { handler } from '../functions/drain.ts'\nexport const a = handler"],
]

const lint = (snippets: readonly { readonly path: string; readonly code: string }[]): string[][] => {
  const output = execFileSync(process.execPath, ['test/style/lint-snippets.ts'], {
    input: JSON.stringify(snippets),
    encoding: 'utf8',
  })
  return JSON.parse(output) as string[][]
}

describe('the linter', () => {
  let rules: readonly string[][]
  beforeAll(() => {
    rules = lint([...offences, ...inOrder].map(([path, code]) => ({ path, code })))
  }, 60_000)

  it.each(offences.map((offence, index) => [...offence, index] as const))(
    'in %s refuses `%s` by %s',
    (_path, _code, rule, index) => {
      expect(rules[index]).toContain(rule)
    },
  )

  it.each(inOrder.map((order, index) => [...order, index] as const))(
    'in %s accepts `%s`',
    (_path, _code, index) => {
      expect(rules[offences.length + index]).toEqual([])
    },
  )
})
