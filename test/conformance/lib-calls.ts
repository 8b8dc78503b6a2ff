import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const lib = join(__dirname, '../../lib')

/** ARC's zonal shift speaks REST, and lib asks it by path. */
const zonalShiftCalls: Readonly<Record<string, string>> = {
  '/zonalshifts': 'ListZonalShifts',
  '/autoshifts': 'ListAutoshifts',
}

const sources: readonly string[] = globSync('**/*.ts', { cwd: lib }).map((path) =>
  readFileSync(join(lib, path), 'utf8'),
)

/** @throws {Error} for a path that has no name here. */
const nameOf = (path: string): string => {
  const name = zonalShiftCalls[path]
  if (name === undefined) throw new Error(`which operation of AWS is GET ${path}?`)
  return name
}

const found = (pattern: RegExp): readonly string[] =>
  sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name = '']) => name))

/** Every operation of AWS that lib can call, by its name in the API reference, in alphabetical order. */
export const callsOfLib: readonly string[] = [
  ...new Set([...found(/\bnew\s+(\w+)Command\(/g), ...found(/\.get\('(\/\w+)'/g).map(nameOf)]),
].toSorted()
