import { spawnSync } from 'node:child_process'
import { env, execPath, exit, stderr, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'

import { preparePython } from './python-environment.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const repository = fileURLToPath(new URL('../../', import.meta.url))
const jest = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url))

const tell = (line: string): void => {
  stdout.write(`${line}\n`)
}

/** `npm run test:conformance`: Python's clients against the endpoint, and the simulator beside moto. */
const runAll = (): boolean => {
  const python = preparePython(tell)
  const environment = { ...env, EBBTIDE_PYTHON: python, EBBTIDE_NODE: execPath }
  const passes = (command: string, args: readonly string[], cwd: string): boolean =>
    spawnSync(command, args, { cwd, env: environment, stdio: 'inherit' }).status === 0
  tell('boto3, the aws command line and another drain handler, over the endpoint:')
  const clientsPass = passes(python, ['-B', '-m', 'unittest', '--verbose'], folder)
  tell('The simulator beside moto:')
  const twinPasses = passes(execPath, [jest, '--selectProjects', 'conformance'], repository)
  return clientsPass && twinPasses
}

try {
  exit(runAll() ? 0 : 1)
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  exit(2)
}
