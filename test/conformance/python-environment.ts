import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))

/** What moto needs at least. */
const LEAST_PYTHON = '3.10'

/**
 * A Python environment with the pinned clients of AWS and moto, outside of the repository. It is made once for each set
 * of pins.
 *
 * @returns the path of its interpreter.
 * @throws {Error} in a sentence when there is no Python, or when it cannot install.
 */
export const preparePython = (tell: (line: string) => void): string => {
  const folder = join(cacheFolder(), digestOf(requirements))
  const python = join(folder, 'bin', 'python')
  // An installation that was interrupted must not be taken for a whole one.
  const whole = join(folder, 'whole')
  if (existsSync(whole)) return python
  tell(`Making a Python environment in ${folder}, once: it takes a minute.`)
  rmSync(folder, { recursive: true, force: true })
  run(['python3', '-m', 'venv', folder], `A Python from ${LEAST_PYTHON} up with venv is needed as python3`)
  tell('Installing boto3, the aws command line and moto.')
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  run([python, ...install, '--requirement', requirements], 'pip could not install the packages')
  writeFileSync(whole, '')
  return python
}

const cacheFolder = (): string =>
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ebbtide', 'conformance')

const digestOf = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)

const run = ([command = '', ...args]: readonly string[], otherwise: string): void => {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${otherwise}${error === undefined ? '' : `: ${error.message}`}.`)
}
