import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { packageStack } from '../../deploy/package.ts'
import { propertiesOf } from './templates.ts'

const clusters = ['one', 'two', 'three']

describe('packagings at the same time', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ebbtide-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('each get their own template and the same archives', async () => {
    const templates = await Promise.all(
      clusters.map((cluster) =>
        packageStack({
          parameters: { cluster, groups: `ecs-${cluster}` },
          outputFolder: join(folder, cluster),
        }),
      ),
    )
    expect(templates.map((template) => propertiesOf(template, 'DrainLambdaFunction').FunctionName)).toEqual(
      clusters.map((cluster) => `ebbtide-${cluster}-drain`),
    )
    const archives = await Promise.all(
      clusters.map((cluster) => readFile(join(folder, cluster, 'drain.zip'))),
    )
    for (const archive of archives) expect(archive.equals(archives[0]!)).toBe(true)
  }, 120_000)
})
