import jestConfig from './jest.config.ts'

const unit = jestConfig.projects.find(({ displayName }) => displayName === 'unit')

/**
 * Mutation testing of the pure rooms, by the unit tests that belong to them. What the simulator would find is left out:
 * a rule that only a whole rehearsal notices has no test of its own.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['lib/{decide,capacity}/**/*.ts'],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: {
    projectType: 'custom',
    config: {
      ...unit,
      roots: ['<rootDir>/lib', '<rootDir>/test/lib'],
      testMatch: ['<rootDir>/test/lib/{decide,capacity}/**/*.test.ts'],
      // Chance must not decide which mutants live: the tables alone have to find them.
      testPathIgnorePatterns: ['\\.properties\\.test\\.ts$'],
    },
  },
  coverageAnalysis: 'perTest',
  // A mutant that loops for ever is found by its time; a busy machine must not look like one.
  timeoutMS: 20_000,
  reporters: ['clear-text', 'html', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  ignorePatterns: ['/build', '/.serverless', '/coverage'],
  tempDirName: 'build/mutation/sandbox',
  htmlReporter: { fileName: 'build/mutation/report.html' },
  incremental: true,
  incrementalFile: 'build/mutation/incremental.json',
  thresholds: { high: 95, low: 90, break: 90 },
}
