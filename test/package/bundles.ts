import { readFile } from 'node:fs/promises'
import type { Metafile } from 'esbuild'

/** Every function that a stack can have. */
export const functionNames = ['attach', 'capacity', 'choose-victims', 'drain', 'resync'] as const
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
  s3: 's3',
  sns: 'sns',
  sqs: 'sqs',
}

/** The IAM actions of the SDK commands that are in a bundle: esbuild left out those that nothing calls. */
export const actionsIn = (bundle: Bundle): readonly string[] =>
  Object.entries(bundle.inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !ofDirectoryBuckets.test(path))
    .flatMap(([path]) => {
      const [, client, command] = /client-([^/]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path) ?? []
      if (client === undefined || command === undefined) return []
      return [otherNames[command] ?? `${prefixOf(client)}:${command}`]
    })
    .toSorted()

/** The S3 client asks for a session by itself where a bucket is a directory bucket. Ours is none. */
const ofDirectoryBuckets = /CreateSessionCommand\.js$/

/** Commands that IAM calls by another name ("Actions, resources, and condition keys for Amazon S3"). */
const otherNames: Readonly<Record<string, string>> = { ListObjectsV2: 's3:ListBucket' }

const prefixOf = (client: string): string => {
  const prefix = prefixes[client]
  if (prefix === undefined) throw new Error(`no IAM prefix is known for the SDK client ${client}`)
  return prefix
}
