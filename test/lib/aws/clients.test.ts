import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from '@jest/globals'

import { limits } from '../../../lib/aws/clients.ts'

describe('a call that nobody answers', () => {
  it('ends with an error instead of eating the whole time of the function', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = new AutoScalingClient({
      ...limits,
      maxAttempts: 1,
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    })
    await expect(client.send(new DescribeAutoScalingGroupsCommand({}))).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    client.destroy()
    server.close()
  })
})
