import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, packageTemplate, type PackageRequest } from './package.ts'
import type { Template } from './template.ts'
import { writeWhole } from './write-whole.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the template is made from, besides the parameters; the lock file stands for the framework's version. */
const INPUT_FILES = [
  'serverless.yml',
  'package-lock.json',
  'lib/settings.ts',
  'lib/scaling/settings.ts',
  'lib/decide/deadline.ts',
]
const INPUT_FOLDER = 'deploy'

/**
 * The template that `sls package` makes for these parameters, packaged only when something that it depends on has
 * changed. Safe to call from several processes at once. `onPackaging` is called when it has, before some seconds pass.
 *
 * @throws {Error} with the framework's own words when it refuses the parameters.
 */
export const cachedTemplate = async (
  parameters: PackageRequest['parameters'],
  onPackaging?: () => void,
): Promise<Template> => {
  const path = join(cacheFolder, `template-${await keyOf(parameters)}.json`)
  const known = await readIfPresent(path)
  // Only this function writes there.
  if (known !== undefined) return JSON.parse(known) as Template
  onPackaging?.()
  const template = await packageTemplate(parameters)
  await writeWhole(path, JSON.stringify(template))
  return template
}

const keyOf = async (parameters: PackageRequest['parameters']): Promise<string> => {
  const hash = createHash('sha256')
  const deployed = (await readdir(join(root, INPUT_FOLDER))).map((name) => `${INPUT_FOLDER}/${name}`)
  for (const path of [...INPUT_FILES, ...deployed.toSorted()]) {
    hash.update(JSON.stringify([path, await readFile(join(root, path), 'utf8')]))
  }
  hash.update(JSON.stringify(Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1))))
  return hash.digest('hex').slice(0, 32)
}

/** Absent: nothing was packaged yet with these inputs. */
const readIfPresent = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
