import { describe, expect, it, beforeAll } from '@jest/globals'
import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import * as autoScaling from '@aws-sdk/client-auto-scaling'
import * as cloudWatch from '@aws-sdk/client-cloudwatch'
import * as ec2 from '@aws-sdk/client-ec2'
import * as ecs from '@aws-sdk/client-ecs'
import * as loadBalancing from '@aws-sdk/client-elastic-load-balancing-v2'
import * as eventBridge from '@aws-sdk/client-eventbridge'
import * as sns from '@aws-sdk/client-sns'
import * as sqs from '@aws-sdk/client-sqs'
import * as sts from '@aws-sdk/client-sts'
import { AwsQueryProtocol } from '@aws-sdk/core/protocols'

import { Random } from '../../../simulator/engine/random.ts'
import { writeOutput } from '../../../simulator/wire/wire-answer.ts'
import { readRequest } from '../../../simulator/wire/wire-request.ts'
import { loadWireServices } from '../../../simulator/wire/wire-services.ts'
import type { OperationSchema, WireService } from '../../../simulator/wire/wire-service.ts'
import { randomValue } from './random-values.ts'
import { offline, requestHandlerOf } from './wire-clients.ts'

type Client = AutoScalingClient
type Package = Readonly<Record<string, unknown>>

/** How often each operation is asked and answered. */
const ROUNDS = 2

const clientOf = (packaged: Package, name: string, options: object = {}): Client => {
  const Constructor = packaged[name] as new (options: object) => Client
  return new Constructor({ ...offline, ...options })
}

/** SQS and CloudWatch as clients asked them before they spoke JSON. */
const asQuery = (xmlNamespace: string, version: string) => ({
  protocol: new AwsQueryProtocol({
    defaultNamespace: 'com.amazonaws',
    xmlNamespace,
    version,
    errorTypeRegistries: [],
  }),
})

const speakers: [string, Package, string, object][] = [
  ['Auto Scaling', autoScaling, 'AutoScalingClient', {}],
  ['CloudWatch', cloudWatch, 'CloudWatchClient', {}],
  [
    'CloudWatch as query',
    cloudWatch,
    'CloudWatchClient',
    asQuery('http://monitoring.amazonaws.com/doc/2010-08-01/', '2010-08-01'),
  ],
  ['EC2', ec2, 'EC2Client', {}],
  ['ECS', ecs, 'ECSClient', {}],
  ['Elastic Load Balancing v2', loadBalancing, 'ElasticLoadBalancingV2Client', {}],
  ['EventBridge', eventBridge, 'EventBridgeClient', {}],
  ['SNS', sns, 'SNSClient', {}],
  // The random answers have no correct digests.
  ['SQS', sqs, 'SQSClient', { md5: false }],
  [
    'SQS as query',
    sqs,
    'SQSClient',
    { md5: false, ...asQuery('http://queue.amazonaws.com/doc/2012-11-05/', '2012-11-05') },
  ],
  ['STS', sts, 'STSClient', {}],
]

/** Inputs that do not arrive as they were given, and why. */
const NOT_AS_GIVEN: Readonly<Record<string, string>> = {
  'EC2 CopySnapshot': 'the SDK signs a URL of its own into it',
  'EventBridge PutEvents': 'the SDK chooses the host by one of its members',
  'SQS as query ReceiveMessage': 'two of its members have the same name in a form',
}

describe('the wire', () => {
  let services: readonly WireService[]
  beforeAll(async () => {
    services = await loadWireServices()
  })

  it.each(speakers)(
    'carries every operation of %s there and back',
    async (name, packaged, clientName, options) => {
      const service = services.find(({ serviceId }) => serviceId === name.replace(/ as query$/, ''))!
      const random = new Random(7, name)
      const operations = [...service.operations.values()].filter(
        ([, , operation]) => NOT_AS_GIVEN[`${name} ${operation}`] === undefined,
      )
      expect(operations.length).toBeGreaterThan(0)
      for (const operation of operations) {
        for (let round = 0; round < ROUNDS; round += 1)
          await roundTrip({ operation, packaged, clientName, options, random })
      }
    },
  )

  interface Trip {
    readonly operation: OperationSchema
    readonly packaged: Package
    readonly clientName: string
    readonly options: object
    readonly random: Random
  }

  const clients = new Map<string, { client: Client; trip: { answer: object; heard: unknown } }>()

  const connected = ({ packaged, clientName, options }: Trip) => {
    const key = `${clientName} ${Object.keys(options).join()}`
    const known = clients.get(key)
    if (known !== undefined) return known
    const trip: { answer: object; heard: unknown } = { answer: {}, heard: undefined }
    const requestHandler = requestHandlerOf(async (request) => {
      const call = await readRequest(request, services)
      trip.heard = { operation: call.operation[2], input: call.input }
      return writeOutput(call, trip.answer, 'the-request')
    })
    const created = { client: clientOf(packaged, clientName, { ...options, requestHandler }), trip }
    clients.set(key, created)
    return created
  }

  const roundTrip = async (wanted: Trip): Promise<void> => {
    const [, , name, , inputSchema, outputSchema] = wanted.operation
    const { client, trip } = connected(wanted)
    const input = randomValue(inputSchema, wanted.random) ?? {}
    trip.answer = randomValue(outputSchema, wanted.random) ?? {}
    const Command = wanted.packaged[`${name}Command`] as new (input: object) => never
    const { $metadata: _, ...output } = (await client.send(new Command(input))) as unknown as Record<
      string,
      unknown
    >
    expect(trip.heard).toEqual({ operation: name, input })
    expect({ name, output }).toEqual({ name, output: trip.answer })
  }
})
