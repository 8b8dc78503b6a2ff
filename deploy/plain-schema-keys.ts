import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * Lets esbuild leave unused schemas of the SDK out of a bundle. The SDK describes each shape in a constant array, and
 * writes some of the keys in it as `[_xN]: "item"`, where `_xN` is a constant string above. A computed key may run code for
 * all that esbuild knows, so it keeps every such array: a megabyte of EC2's shapes for the one operation that is called.
 * Here the string itself is put in the key's place, which means the same.
 */
export const plainSchemaKeys: Plugin = {
  name: 'plain-schema-keys',
  setup: (build) => {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/.*\.js$/ }, async ({ path }) => ({
      contents: withPlainKeys(await readFile(path, 'utf8')),
    }))
  },
}

/** Leaves a computed key alone when its constant is not a string declared at the top level of the same source. */
export const withPlainKeys = (source: string): string => {
  const strings = new Map(
    Array.from(source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm), ([, name = '', text = '']) => [name, text]),
  )
  return source.replaceAll(/\[(\w+)\]: /g, (key, name: string) => {
    const text = strings.get(name)
    return text === undefined ? key : `${text}: `
  })
}
