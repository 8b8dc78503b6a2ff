import { text } from 'node:stream/consumers'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'

/**
 * Lints snippets as if they stood at their paths, with the project's own configuration: reads `[{ path, code }]` as JSON
 * from standard input and writes the ids of the rules that each breaks. A program of its own, because jest cannot load
 * ESLint's configuration, which is an ES module.
 *
 * Rules that need types are off: the files do not exist, so TypeScript knows nothing of them.
 */
const lint = async (snippets: readonly Snippet[]): Promise<readonly (readonly string[])[]> => {
  const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] })
  return Promise.all(
    snippets.map(async ({ path, code }) => {
      const results = await eslint.lintText(code, { filePath: path })
      return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message))
    }),
  )
}

interface Snippet {
  readonly path: string
  readonly code: string
}

const snippets = JSON.parse(await text(process.stdin)) as readonly Snippet[]
process.stdout.write(JSON.stringify(await lint(snippets)))
