import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const folders = ['functions', 'lib', 'simulator', 'deploy', 'test']

const sources = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .filter((path) => /\.(ts|js)$/.test(path))

/** Names that say nothing of what a file holds, and so collect whatever has no better place. */
const EMPTY_NAMES = /(^|-)(utils?|helpers?|common|misc|index|shared|stuff)$/

const sourcesWith = (pattern: RegExp) => sources.filter((path) => pattern.test(readFileSync(path, 'utf8')))

describe('every source file', () => {
  it('is found', () => {
    expect(sources).toContain(join('lib', 'settings.ts'))
    expect(sources).toContain(join('test', 'style', 'files.test.ts'))
  })

  it('is named in kebab-case', () => {
    expect(
      sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.[jt]s$/.test(basename(path))),
    ).toEqual([])
  })

  it('is named after what it holds', () => {
    const names = sources.map((path) => basename(path).split('.', 1)[0] ?? '')
    expect(names.filter((name) => EMPTY_NAMES.test(name))).toEqual([])
  })

  it('skips no test and singles none out', () => {
    expect(
      sourcesWith(/\b(it|test|describe)\.(skip|only|todo)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/),
    ).toEqual([])
  })

  it('leaves nothing for later', () => {
    expect(sourcesWith(/\b(TO[D]O|FIX[M]E|X[X]X)\b/)).toEqual([])
  })
})
