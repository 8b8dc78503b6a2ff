import { readFile } from 'node:fs/promises'
import type { Metafile } from 'esbuild'

export const functionNames = ['drain', 'resync'] as const
export type FunctionName = (typeof functionNames)[number]

export type Bundle = Metafile['outputs'][string]

/** esbuild's account of the bundle that was packaged last. */
export const readBundle = async (name: FunctionName): Promise<Bundle> => {
  const metafile = JSON.parse(await readFile(`build/${name}.meta.json`, 'utf8')) as Metafile
  const bundle = metafile.outputs[`build/${name}.mjs`]
  if (bundle === undefined) throw new Error(`esbuild wrote no build/${name}.mjs`)
  return bundle
}

/** IAM's prefix for each SDK client. A client that is missing here fails the test that asks for it. */
const prefixes: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  ec2: 'ec2',
  ecs: 'ecs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  sns: 'sns',
  sqs: 'sqs',
}

/** The IAM actions of the SDK commands that are in a bundle: esbuild left out those that nothing calls. */
export const actionsIn = (bundle: Bundle): readonly string[] =>
  Object.entries(bundle.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => {
      const [, client, command] = /client-([^/]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path) ?? []
      return client === undefined || command === undefined ? [] : [`${prefixOf(client)}:${command}`]
    })
    .toSorted()

const prefixOf = (client: string): string => {
  const prefix = prefixes[client]
  if (prefix === undefined) throw new Error(`no IAM prefix is known for the SDK client ${client}`)
  return prefix
}
