import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BUNDLE_FOLDER } from './bundle-folder.ts'
import { plainSchemaKeys } from './plain-schema-keys.ts'
import { writeWhole } from './write-whole.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Bundles `functions/<name>.ts` into `build/<name>.mjs`, and writes esbuild's account of what went in beside it. Each
 * file appears whole or not at all, so that packagings at the same time do not disturb each other.
 */
export const bundleFunctions = async (names: readonly string[]): Promise<void> => {
  await Promise.all(names.map(bundleFunction))
}

const bundleFunction = async (name: string): Promise<void> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`functions/${name}.ts`],
    outfile: `${BUNDLE_FOLDER}/${name}.mjs`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's `main` is CommonJS, which esbuild cannot shake; and only its ES modules name each command in the metafile.
    mainFields: ['module', 'main'],
    // Neither names nor line breaks: what a stack trace says is worth more than a smaller archive.
    minifySyntax: true,
    plugins: [plainSchemaKeys],
    alias: {
      '@aws-sdk/credential-provider-node': './deploy/credentials.ts',
      '@smithy/core/event-streams': './deploy/event-streams.ts',
    },
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  for (const file of outputFiles) await writeWhole(file.path, file.contents)
  await writeWhole(join(root, BUNDLE_FOLDER, `${name}.meta.json`), JSON.stringify(metafile))
}
