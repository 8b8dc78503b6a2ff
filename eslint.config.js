import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

// A later block replaces a rule's options instead of adding to them, so every set of files gets its complete list here.

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name, so that a thing has one name everywhere.',
}
const notErasable = [
  { selector: 'Decorator', message: 'No decorators: they hide what runs.' },
  {
    selector: 'ClassDeclaration[superClass]:not([superClass.name=/Error$/])',
    message: 'No inheritance but from Error: compose instead.',
  },
]
const booleanParameter = {
  selector:
    ':function > Identifier.params > TSTypeAnnotation > TSBooleanKeyword, :function > AssignmentPattern.params > Literal[raw=/^(true|false)$/]',
  message: 'A call with `true` says nothing: pass a named option or write two functions.',
}
const syntaxEverywhere = [noDefaultExport, booleanParameter, ...notErasable]

const impureSyntax = [
  { selector: 'ImportExpression', message: 'Decisions load nothing.' },
  { selector: 'MetaProperty', message: 'Decisions know nothing of where they run.' },
  { selector: 'AwaitExpression', message: 'Decisions wait for nothing.' },
  { selector: ':function[async=true]', message: 'Decisions wait for nothing.' },
  {
    selector: 'NewExpression[callee.name="Date"]',
    message: 'Times are numbers that come in with the facts.',
  },
]
const impureGlobals = [
  ...['Date', 'performance', 'process', 'console', 'globalThis', 'global', 'crypto', 'fetch', 'Intl'],
  ...[
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'require',
    'Buffer',
    'navigator',
    'eval',
  ],
].map((name) => ({ name, message: 'Decisions see facts and policy only.' }))

const sdk = {
  regex: '^@(aws-sdk|smithy)/',
  message: 'Only lib/observe, lib/act and lib/aws know the SDK.',
}
const wholeZod = {
  regex: '^zod(?!/mini$)(/|$)',
  message: 'Import zod/mini: the bundles cannot shake what hangs on the schemas of zod itself.',
}
const outsideLib = {
  regex: '(^|/)(functions|simulator|test|deploy|events)/',
  message: 'lib imports nothing outside itself.',
}
const settingsComeIn = 'Settings come in as arguments: only functions read the environment.'
const processGlobal = { name: 'process', message: settingsComeIn }
const processModule = { regex: '^(node:)?process$', message: settingsComeIn }
const pureImports = { regex: '^(?!\\./)', message: 'Decisions import their siblings only.' }
const findingImports = {
  regex: '^(?!\\./|\\.\\./[a-z-]+\\.ts$)',
  message: 'Findings import their siblings and the decisions beside them.',
}
const capacityImports = {
  regex: '^(?!\\./|\\.\\./decide/bounds\\.ts$)',
  message: 'Capacity imports its siblings, and the deployment bounds that drains obey too.',
}
const functionImports = {
  regex:
    '^(?!\\.\\./lib/|\\./|@middy/core$|@aws-lambda-powertools/(batch|logger|metrics)(/|$)|node:process$|aws-lambda$)',
  message: 'A function is a thin shell: lib, middy and Powertools only.',
}
const productImports = {
  regex: '(^|/)(simulator|test)/',
  message: 'What is deployed knows neither the simulator nor the tests.',
}

const restrictImports = (...patterns) => ['error', { patterns }]

export default defineConfig(
  globalIgnores(['node_modules/', 'build/', '.serverless/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
      // Numbers read well in messages; objects and undefined do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An underscore says that a value is there for its place alone.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  {
    files: ['**/*.{ts,js}'],
    rules: {
      'no-restricted-syntax': ['error', ...syntaxEverywhere],
      'max-depth': ['error', 3],
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/{observe,act,aws,decide,capacity}/**'],
    rules: {
      'no-restricted-imports': restrictImports(sdk, wholeZod, outsideLib, processModule),
      'no-restricted-globals': ['error', processGlobal],
    },
  },
  {
    files: ['lib/{observe,act,aws}/**/*.ts'],
    rules: {
      'no-restricted-imports': restrictImports(wholeZod, outsideLib, processModule),
      'no-restricted-globals': ['error', processGlobal],
    },
  },
  {
    files: ['lib/{decide,capacity}/**/*.ts'],
    rules: {
      'no-restricted-imports': restrictImports(pureImports),
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Decisions leave nothing to chance.' },
      ],
      'no-restricted-syntax': ['error', ...syntaxEverywhere, ...impureSyntax],
    },
  },
  {
    files: ['lib/decide/findings/**/*.ts'],
    rules: { 'no-restricted-imports': restrictImports(findingImports) },
  },
  {
    files: ['lib/capacity/**/*.ts'],
    rules: { 'no-restricted-imports': restrictImports(capacityImports) },
  },
  {
    files: ['functions/**/*.ts'],
    rules: { 'no-restricted-imports': restrictImports(functionImports) },
  },
  {
    files: ['deploy/**/*.{ts,js}'],
    rules: { 'no-restricted-imports': restrictImports(productImports) },
  },
  {
    files: ['simulator/**/*.ts'],
    rules: {
      // AWS still answers to names that its SDK advises against, and so does the simulator.
      '@typescript-eslint/no-deprecated': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A describe block is as long as its cases.
      'max-lines-per-function': 'off',
      'max-lines': ['error', 400],
      // The callbacks of a table take a column each.
      'max-params': 'off',
      'no-restricted-syntax': ['error', noDefaultExport, ...notErasable],
      // A double may answer at once where the interface promises to answer later, and a test may know more than a type.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // What the framework, jest and eslint load by its default export.
    files: ['*.config.{ts,js}', 'deploy/*.js'],
    rules: { 'no-restricted-syntax': ['error', booleanParameter, ...notErasable] },
  },
)
