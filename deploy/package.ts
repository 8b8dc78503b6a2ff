import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { env, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { BUNDLE_FOLDER } from './bundle-folder.ts'
import type { Resource, Template } from './template.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** What a packaging reads of the checkout, besides `serverless.yml`. */
const LINKED = ['package.json', 'deploy', 'lib', 'functions', 'node_modules', BUNDLE_FOLDER]

const SERVICE_FILE = 'serverless.yml'

/** What may be thrown away at any time. */
export const cacheFolder = join(root, 'node_modules', '.cache', 'ebbtide')

/** A packaging takes a few seconds; one that takes this long hangs. */
const PACKAGING_TIMEOUT_MILLISECONDS = 120_000

export interface PackageRequest {
  /** What `--param` would be given, such as `{ cluster: 'web', groups: 'ecs-web-a,ecs-web-b' }`. */
  readonly parameters: Readonly<Record<string, string>>
  /** Where archives and templates go. */
  readonly outputFolder: string
}

/**
 * Runs `sls package` on this checkout: bundles, archives and template. Needs no network, no credentials and no AWS
 * environment, and may run several times at once with different folders.
 *
 * @returns the CloudFormation template without the archives' keys in S3, which hold the time of packaging.
 * @throws {Error} with the framework's own words when it refuses.
 */
export const packageStack = (request: PackageRequest): Promise<Template> => runFramework(request, {})

/** As {@link packageStack}, without bundles and archives, in half the time. */
export const packageTemplate = async (parameters: PackageRequest['parameters']): Promise<Template> => {
  const outputFolder = await mkdtemp(join(tmpdir(), 'ebbtide-template-'))
  try {
    return await runFramework({ parameters, outputFolder }, { EBBTIDE_TEMPLATE_ONLY: '1' })
  } finally {
    await rm(outputFolder, { recursive: true, force: true })
  }
}

const runFramework = async (
  { parameters, outputFolder }: PackageRequest,
  variables: Readonly<Record<string, string>>,
): Promise<Template> => {
  const options = Object.entries(parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  const serviceFolder = await linkedCheckout()
  try {
    await run(execPath, [frameworkPath(), 'package', '--package', resolve(outputFolder), ...options], {
      cwd: serviceFolder,
      env: { ...environmentIn(serviceFolder), ...variables },
      timeout: PACKAGING_TIMEOUT_MILLISECONDS,
    })
  } catch (error) {
    throw new Error(`packaging the stack: ${wordsOf(error)}`, { cause: error })
  } finally {
    await rm(serviceFolder, { recursive: true, force: true })
  }
  return readTemplate(join(outputFolder, 'cloudformation-template-update-stack.json'))
}

/**
 * A folder of links to the checkout, and a copy of `serverless.yml`, which the framework does not read through a link.
 * Wherever the result goes, the framework first puts it together in `.serverless` beside that file; there, two
 * packagings at once would take each other's templates.
 */
const linkedCheckout = async (): Promise<string> => {
  await mkdir(join(root, BUNDLE_FOLDER), { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), 'ebbtide-service-'))
  await copyFile(join(root, SERVICE_FILE), join(folder, SERVICE_FILE))
  await Promise.all(LINKED.map((name) => symlink(join(root, name), join(folder, name))))
  return folder
}

const environmentIn = (serviceFolder: string): Readonly<Record<string, string>> => ({
  PATH: [dirname(execPath), env.PATH].join(delimiter),
  // Nobody's own configuration decides what is packaged.
  HOME: serviceFolder,
  // The framework compiles its schema for two seconds unless it finds the result of last time.
  SLS_SCHEMA_CACHE_BASE_DIR: cacheFolder,
})

const frameworkPath = (): string => {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json')
  return join(dirname(manifest), 'bin', 'serverless.js')
}

const readTemplate = async (path: string): Promise<Template> => {
  // The framework wrote this file a moment ago.
  const template = JSON.parse(await readFile(path, 'utf8')) as Template
  const resources = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    withoutArchiveKey(resource),
  ])
  return { ...template, Resources: Object.fromEntries(resources) as Template['Resources'] }
}

const withoutArchiveKey = (resource: Resource): Resource => {
  if (resource.Type !== 'AWS::Lambda::Function') return resource
  const { S3Bucket } = resource.Properties.Code as Readonly<Record<string, unknown>>
  return { ...resource, Properties: { ...resource.Properties, Code: { S3Bucket } } }
}

/** The framework prints a refusal as `Error:` and the sentences, with a banner around them. */
const wordsOf = (error: unknown): string => {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
  const [, words = ''] = `${stderr}\n${stdout}`.split(/^Error:$/m)
  const [sentences = ''] = words.trim().split('\n\n')
  return sentences === '' ? String(error) : sentences
}
