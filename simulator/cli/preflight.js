// Loaded before every command (`node --import`), because an older Node cannot even load the TypeScript that would tell
// its user what is wrong. Plain JavaScript for that reason.
import { exit, stderr, versions } from 'node:process'

/** TypeScript without a build, and what the Lambda runtime is. */
const NEEDED_MAJOR = 24

const refuse = (sentence) => {
  stderr.write(`${sentence}\n`)
  exit(2)
}

const isInstalled = () => {
  try {
    import.meta.resolve('commander')
    return true
  } catch {
    return false
  }
}

if (Number.parseInt(versions.node, 10) < NEEDED_MAJOR) {
  refuse(
    `Ebbtide needs Node ${NEEDED_MAJOR} and this is ${versions.node}: run \`npm ci\` and then \`npm start\`, which takes the project's own Node ${NEEDED_MAJOR}.`,
  )
}
if (!isInstalled()) refuse('The dependencies are not installed: run `npm ci` first.')
