import { describe, expect, it } from '@jest/globals'
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs'
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'

import { ServiceError } from '../../../simulator/aws/operation.ts'
import { writeError, writeOutput } from '../../../simulator/wire/wire-answer.ts'
import { readRequest, WireRefusal, type HttpRequest } from '../../../simulator/wire/wire-request.ts'
import { loadWireServices } from '../../../simulator/wire/wire-services.ts'
import { offline, requestHandlerOf } from './wire-clients.ts'

const services = loadWireServices()

const refusing = (error: ServiceError) => ({
  ...offline,
  requestHandler: requestHandlerOf(async (request) =>
    writeError(await readRequest(request, await services), error, 'the-request'),
  ),
})

const thrownBy = async (call: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    await call
  } catch (error) {
    return error as Record<string, unknown>
  }
  throw new Error('the call went well')
}

const refusalOf = async (request: Partial<HttpRequest>): Promise<WireRefusal> => {
  const refusal = await thrownBy(
    readRequest({ headers: {}, body: new Uint8Array(), ...request }, await services),
  )
  expect(refusal).toBeInstanceOf(WireRefusal)
  return refusal as unknown as WireRefusal
}

describe('an error on the wire', () => {
  it('is the exception that the SDK models for a JSON service', async () => {
    const client = new ECSClient(refusing(new ServiceError('ClusterNotFoundException', 'Cluster not found.')))
    expect(await thrownBy(client.send(new DescribeClustersCommand({})))).toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
      $metadata: { httpStatusCode: 400, requestId: 'the-request' },
    })
  })

  it('carries the code of the query protocol where a JSON service once spoke it', async () => {
    const client = new SQSClient(refusing(new ServiceError('QueueDoesNotExist', 'There is no such queue.')))
    expect(await thrownBy(client.send(new GetQueueUrlCommand({ QueueName: 'none' })))).toMatchObject({
      name: 'QueueDoesNotExist',
      Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
    })
  })

  it('keeps a code without a shape, and characters that XML reserves', async () => {
    const client = new AutoScalingClient(refusing(new ServiceError('ValidationError', 'a < b & "c"')))
    expect(await thrownBy(client.send(new DescribeAutoScalingGroupsCommand({})))).toMatchObject({
      name: 'ValidationError',
      message: 'a < b & "c"',
      Error: { Type: 'Sender' },
    })
  })

  it('is the modelled exception where the code of a query service differs from the shape', async () => {
    const contention = new ServiceError('ResourceContention', 'Try again.', 500)
    const scaling = new AutoScalingClient(refusing(contention))
    expect(await thrownBy(scaling.send(new DescribeAutoScalingGroupsCommand({})))).toMatchObject({
      name: 'ResourceContentionFault',
      Error: { Type: 'Receiver', Code: 'ResourceContention' },
    })
    const missing = new ServiceError('TargetGroupNotFound', 'One or more target groups not found')
    const balancing = new ElasticLoadBalancingV2Client(refusing(missing))
    const call = balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: 'arn' }))
    expect(await thrownBy(call)).toMatchObject({ name: 'TargetGroupNotFoundException' })
  })

  it('is understood by clients of EC2', async () => {
    const client = new EC2Client(refusing(new ServiceError('InvalidInstanceID.NotFound', 'No such <id>')))
    expect(await thrownBy(client.send(new DescribeInstancesCommand({})))).toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: 'No such <id>',
    })
  })
})

describe('a request on the wire', () => {
  it('may be compressed', async () => {
    let encoding: string | undefined
    const client = new CloudWatchClient({
      ...offline,
      requestHandler: requestHandlerOf(async (request) => {
        encoding = request.headers['content-encoding']
        const call = await readRequest(request, await services)
        expect(call.input).toMatchObject({ Namespace: 'Ebbtide' })
        return writeOutput(call, {}, 'the-request')
      }),
    })
    const MetricData = Array.from({ length: 500 }, (_, index) => ({
      MetricName: `Metric${index}`,
      Value: index,
    }))
    await client.send(new PutMetricDataCommand({ Namespace: 'Ebbtide', MetricData }))
    expect(encoding).toBe('gzip')
  })

  it('is refused by name for a service, an operation or a member that is not known', async () => {
    const json = { 'content-type': 'application/x-amz-json-1.1' }
    const target = (name: string) => ({ ...json, 'x-amz-target': name })
    const ecs = 'AmazonEC2ContainerServiceV20141113'
    const form = (text: string) => ({ body: Buffer.from(text) })
    expect((await refusalOf({ headers: target('Logs_20140328.PutLogEvents') })).message).toContain(
      'Logs_20140328',
    )
    expect((await refusalOf({ headers: target(`${ecs}.Fly`) })).message).toContain('ECS Fly')
    const unknownMember = { headers: target(`${ecs}.ListTasks`), ...form('{"cluster":"web","colour":"red"}') }
    expect((await refusalOf(unknownMember)).message).toContain('ListTasks with colour')
    const unknownParameter = form('Action=DescribeInstances&Version=2016-11-15&Colour.1.Name=red')
    expect((await refusalOf(unknownParameter)).message).toContain('DescribeInstances with Colour.1.Name')
    const signed = {
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20261120/eu-west-1/lambda/aws4_request, …',
    }
    const lambda = await refusalOf({ headers: signed })
    expect(lambda.message).toContain('the service lambda')
    expect(lambda.error.httpStatus).toBe(501)
  })

  it('is refused in the words of JSON services when its body is no JSON object', async () => {
    const headers = { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' }
    for (const body of ['{', '[]', '"text"', 'null']) {
      expect((await refusalOf({ headers, body: Buffer.from(body) })).error.code).toBe(
        'SerializationException',
      )
    }
  })

  it('is refused when it cannot be inflated, or its parameters are nested beyond any input', async () => {
    const headers = { 'content-encoding': 'gzip', 'x-amz-target': 'AmazonSQS.ListQueues' }
    expect((await refusalOf({ headers, body: Buffer.from('plain') })).error.code).toBe(
      'SerializationException',
    )
    const deep = `Action=DescribeInstances&Version=2016-11-15&${'a.'.repeat(40)}b=1`
    expect((await refusalOf({ body: Buffer.from(deep) })).error.code).toBe('MalformedInput')
  })

  it('reads list members in the order of their numbers, and an empty list as one', async () => {
    const read = async (text: string) =>
      (await readRequest({ headers: {}, body: Buffer.from(text) }, await services)).input
    const numbers = Array.from(
      { length: 11 },
      (_, index) => `AutoScalingGroupNames.member.${11 - index}=g${11 - index}`,
    )
    const asked = 'Action=DescribeAutoScalingGroups&Version=2011-01-01'
    const { AutoScalingGroupNames: names } = await read(`${asked}&${numbers.join('&')}`)
    expect(names).toEqual(Array.from({ length: 11 }, (_, index) => `g${index + 1}`))
    expect(await read(`${asked}&AutoScalingGroupNames=`)).toEqual({ AutoScalingGroupNames: [] })
  })
})
