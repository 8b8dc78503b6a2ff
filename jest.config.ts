import type { Config } from 'jest'

const shared: Config = {
  testEnvironment: 'node',
  // Mutation testing works on copies of the project in there.
  modulePathIgnorePatterns: ['<rootDir>/build/mutation/'],
  transform: {
    '^.+\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }],
  },
  // middy's exports name no entry for `require`, which is how jest asks.
  moduleNameMapper: { '^@middy/(core|util)$': '<rootDir>/node_modules/@middy/$1/index.js' },
  // Powertools, middy and p-map ship ES modules only; jest's CommonJS registry needs them compiled too.
  transformIgnorePatterns: ['/node_modules/(?!(@middy|p-map|yocto-queue)/)'],
}

/**
 * `unit` is quick and needs nothing but the sources; `whole` packages the stack and rehearses whole drains; `conformance`
 * needs what `npm run test:conformance` installs.
 */
const config: Config = {
  // The first rehearsal of a run packages the stack, which takes seconds on a busy machine.
  testTimeout: 120_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{deploy,functions,lib,style}/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'whole',
      testMatch: ['<rootDir>/test/{package,simulator,scenarios}/**/*.test.ts'],
    },
    { ...shared, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/**/*.test.ts'] },
  ],
}
export default config
