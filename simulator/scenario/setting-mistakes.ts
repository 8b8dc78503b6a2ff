import { readFileSync } from 'node:fs'
import * as z from 'zod'

import { nearestName } from '../../deploy/nearest-name.ts'
import { checkParameters, parameterNames } from '../../deploy/parameters.ts'

/** Settings that are no text, number or truth are the schema's to complain of. */
const value = z.union([z.string(), z.number(), z.boolean()]).optional().catch(undefined)
const name = z.string().min(1)

const contentSchema = z.object({
  cluster: name.catch('web'),
  groups: z
    .array(z.object({ name }))
    .min(1)
    .catch([{ name: 'ecs-web' }]),
  settings: z.record(z.string(), value).default({}).catch({}),
})

/** @returns a sentence for each stack parameter that `sls package` would refuse, without waiting until it does. */
export const settingMistakes = (content: unknown): readonly string[] => {
  const read = contentSchema.safeParse(content)
  if (!read.success) return []
  const { cluster, groups, settings } = read.data
  const given = givenOnly(settings)
  const ofScenario = { cluster, groups: [...new Set(groups.map((group) => group.name))].join(',') }
  const checked = checkParameters({ ...stackDefaults(), ...ofScenario, ...given })
  const problems = checked.kind === 'refused' ? checked.problems : []
  return [...unknownSettings(given), ...problems.map((problem) => asSetting(problem, given))]
}

type Settings = Readonly<Record<string, unknown>>

const givenOnly = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, given]) => given !== undefined))

const unknownSettings = (settings: Settings): readonly string[] =>
  Object.keys(settings)
    .filter((name) => !parameterNames.some((known) => known === name))
    .map(
      (name) =>
        `settings.${name} is no parameter of the stack: use ${nearestName(name, parameterNames)} or leave it out.`,
    )

/** What `serverless.yml` says in `${param:spot, 'drain'}`: the one place where the defaults stand. */
const stackDefaults = (): Settings => {
  const service = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8')
  return Object.fromEntries(
    [...service.matchAll(/\$\{param:(\w+), '?([^'}]*)'?\}/g)].map(([, name = '', text]) => [name, text]),
  )
}

/** The same sentence in the words of a scenario file, in which nobody writes `--param`. */
const asSetting = (problem: string, settings: Settings): string => {
  const sentence = problem
    .replace(/^The parameter "(\w+)"/, 'settings.$1')
    .replace(/--param (\w+)=/, 'settings.$1 to ')
  const [, ofScenario] = /^settings\.(cluster|groups) /.exec(sentence) ?? []
  if (ofScenario === undefined || ofScenario in settings) return sentence
  // The scenario's own fields, which have other forms than the parameters.
  return `${sentence.replace('settings.', '').replace(/: set settings\..*$/, '')}.`
}
