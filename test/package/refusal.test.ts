import { describe, expect, it } from '@jest/globals'
import { packageTemplate } from '../../deploy/package.ts'

describe('packaging', () => {
  it('refuses parameters in sentences, with exit code 1 and without a stack trace', async () => {
    const refused = packageTemplate({ clustr: 'web', groups: 'ecs-web-a', heartbeatTimeout: '60' })
    const sentences = [
      'There is no parameter "clustr": use "cluster" or leave it out.',
      'The parameter "cluster" is missing: set --param cluster=<name of the ECS cluster>.',
      'The parameter "heartbeatTimeout" must be between 180 and 7200 seconds: set --param heartbeatTimeout=1800.',
    ].join('\n')
    await expect(refused).rejects.toMatchObject({
      message: `packaging the stack: ${sentences}`,
      cause: { code: 1, stdout: `Error:\n${sentences}\n` },
    })
  }, 60_000)
})
