import type { ErrorSchema, OperationSchema, WireProtocol, WireService } from './wire-service.ts'

/** A client package as far as it is read here: its schemas stand among its exports, each under a name of its own. */
type Package = Readonly<Record<string, unknown>>

/** What a client knows of its service's wire; the SDK's types leave most of it out. */
interface ClientConfig {
  readonly serviceId: string
  readonly protocol: { getShapeId(): string }
  readonly protocolSettings: {
    readonly version: string
    readonly serviceTarget: string
    readonly xmlNamespace?: string
    readonly awsQueryCompatible?: boolean
  }
}

type Client = new (options: { readonly region: string }) => { readonly config: ClientConfig }

/** Loaded only where the wire is needed: the schemas of EC2 alone take a quarter of a second. */
const packages: readonly (readonly [client: string, load: () => Promise<Package>])[] = [
  ['AutoScalingClient', () => import('@aws-sdk/client-auto-scaling')],
  ['CloudWatchClient', () => import('@aws-sdk/client-cloudwatch')],
  ['EC2Client', () => import('@aws-sdk/client-ec2')],
  ['ECSClient', () => import('@aws-sdk/client-ecs')],
  ['ElasticLoadBalancingV2Client', () => import('@aws-sdk/client-elastic-load-balancing-v2')],
  ['EventBridgeClient', () => import('@aws-sdk/client-eventbridge')],
  ['SNSClient', () => import('@aws-sdk/client-sns')],
  ['SQSClient', () => import('@aws-sdk/client-sqs')],
  ['STSClient', () => import('@aws-sdk/client-sts')],
]

/** The services that can be spoken to over HTTP, as their SDK packages describe them. */
export const loadWireServices = (): Promise<readonly WireService[]> =>
  Promise.all(packages.map(async ([client, load]) => describe(await load(), client)))

const describe = (exported: Package, client: string): WireService => {
  const Client = exported[client] as Client
  // No call is made, so that any region does.
  const { serviceId, protocol, protocolSettings } = new Client({ region: 'eu-west-1' }).config
  const schemas = Object.values(exported)
  return {
    serviceId,
    protocol: protocolOf(protocol.getShapeId()),
    isQueryCompatible: protocolSettings.awsQueryCompatible === true,
    version: protocolSettings.version,
    target: protocolSettings.serviceTarget,
    xmlNamespace: protocolSettings.xmlNamespace ?? SQS_XML_NAMESPACE,
    operations: new Map(schemas.filter(isOperation).map((operation) => [operation[2], operation])),
    errors: schemas.filter(isError),
  }
}

/** The one service whose model no longer tells it; from answers in the developer guide of its query protocol. */
const SQS_XML_NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/'

const protocolOf = (shapeId: string): WireProtocol => {
  switch (shapeId) {
    case 'aws.protocols#awsJson1_0':
      return 'awsJson1_0'
    case 'aws.protocols#awsJson1_1':
      return 'awsJson1_1'
    case 'aws.protocols#awsQuery':
      return 'awsQuery'
    case 'aws.protocols#ec2Query':
      return 'ec2Query'
    default:
      throw new Error(`the protocol ${shapeId} is not modelled`)
  }
}

const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9

const isError = (value: unknown): value is ErrorSchema => Array.isArray(value) && value[0] === -3
