import { describeStack } from './stack.ts'

/** Read by `serverless.yml` as `${file(deploy/stack.js):stack}`; file variables must be `.js`. */
export const stack = async ({ resolveConfigurationProperty }) =>
  describeStack(await resolveConfigurationProperty(['custom', 'parameters']))
