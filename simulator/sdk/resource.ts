/** What a call touches, as policies name it. */
export interface Resource {
  readonly arn: string
  /** The value of the condition key `ecs:cluster`; undefined for calls without a cluster. */
  readonly clusterArn: string | undefined
  /** The values of `aws:TagKeys`: the tags that the call writes or removes. Absent: it is not about tags. */
  readonly tagKeys?: readonly string[]
}

interface Account {
  readonly region: string
  readonly accountId: string
}

/** Where resources stand that a call does not spell out. */
export interface ResourceGround extends Account {
  /** The Auto Scaling group of an instance. Absent, or undefined: it is in none. */
  readonly groupOf?: (instanceId: string) => string | undefined
}

type Input = Readonly<Record<string, unknown>>

/**
 * The resources a call needs permission for ("Actions, resources, and condition keys" of each service in the Service
 * Authorization Reference). Where AWS knows a resource that the call does not spell out, such as the id in a group's
 * ARN, a made-up part stands in that only a wildcard matches. Empty: the model derives none, and the action decides.
 */
export const resourcesOf = (
  { service, operation, input }: Request,
  account: ResourceGround,
): readonly Resource[] => {
  if (service === 'ECS') return ecsResources(operation, input, account)
  if (service === 'S3') return s3Resources(operation, input)
  if (operation.startsWith('Describe') || service === 'ARC Zonal Shift') return [EVERYTHING]
  if (service === 'SNS') return texts(input['TopicArn']).map(plain)
  if (service === 'SQS')
    return texts(input['QueueUrl']).map((url) => plain(arn('sqs', account, lastPart(url))))
  if (service === 'Auto Scaling') {
    return groupResources(input, account)
  }
  return []
}

/** Calls about tags name their groups in each tag, and some calls about an instance name that alone. */
const groupResources = (
  { AutoScalingGroupName, InstanceId, Tags }: Input,
  { groupOf: groupWith, ...account }: ResourceGround,
): readonly Resource[] => {
  const groupOf = (name: string): Resource =>
    plain(arn('autoscaling', account, `autoScalingGroup:${UNKNOWN_ID}:autoScalingGroupName/${name}`))
  const named = texts(AutoScalingGroupName)
  if (named.length === 0 && !Array.isArray(Tags))
    return texts(InstanceId)
      .flatMap((id) => groupWith?.(id) ?? [])
      .map(groupOf)
  if (!Array.isArray(Tags)) return named.map(groupOf)
  const tags = Tags as readonly Input[]
  const tagKeys = tags.flatMap(({ Key }) => texts(Key))
  return tags.flatMap(({ ResourceId }) => texts(ResourceId)).map((name) => ({ ...groupOf(name), tagKeys }))
}

interface Request {
  readonly service: string
  readonly operation: string
  readonly input: Input
}

const UNKNOWN_ID = '00000000-0000-0000-0000-000000000000'

/** Calls without resource-level permissions are allowed on `*` only. */
const EVERYTHING: Resource = { arn: '*', clusterArn: undefined }

/** By action: the type of the resource, and the input field that names which; without one, any of the cluster. */
const ecsActions: Readonly<Record<string, { readonly type: string; readonly field?: string }>> = {
  UpdateContainerInstancesState: { type: 'container-instance', field: 'containerInstances' },
  DescribeContainerInstances: { type: 'container-instance', field: 'containerInstances' },
  ListTasks: { type: 'container-instance', field: 'containerInstance' },
  PutAttributes: { type: 'container-instance' },
  DeleteAttributes: { type: 'container-instance' },
  DescribeTasks: { type: 'task', field: 'tasks' },
  StopTask: { type: 'task', field: 'task' },
  GetTaskProtection: { type: 'task', field: 'tasks' },
  UpdateTaskProtection: { type: 'task', field: 'tasks' },
  DescribeServices: { type: 'service', field: 'services' },
  ListContainerInstances: { type: 'cluster' },
  ListAttributes: { type: 'cluster' },
  DeregisterContainerInstance: { type: 'cluster' },
  DescribeClusters: { type: 'cluster', field: 'clusters' },
}

const ecsResources = (operation: string, input: Input, account: Account): readonly Resource[] => {
  const cluster = lastPart(texts(input['cluster'])[0] ?? 'default')
  const clusterArn = arn('ecs', account, `cluster/${cluster}`)
  const action = ecsActions[operation]
  if (action === undefined) return [{ arn: '*', clusterArn }]
  const named = action.field === undefined ? [] : texts(input[action.field]).map(lastPart)
  if (action.type !== 'cluster') {
    const ids = named.length > 0 ? named : [UNKNOWN_ID]
    return ids.map((id) => ({ arn: arn('ecs', account, `${action.type}/${cluster}/${id}`), clusterArn }))
  }
  const clusters = named.length > 0 ? named : [cluster]
  return clusters
    .map((name) => arn('ecs', account, `cluster/${name}`))
    .map((arn) => ({ arn, clusterArn: arn }))
}

/** Lists are permitted on the bucket, everything else here on the object. Neither ARN names region or account. */
const s3Resources = (operation: string, { Bucket, Key, Delete }: Input): readonly Resource[] => {
  const bucketArn = `arn:aws:s3:::${String(Bucket)}`
  if (operation === 'ListObjectsV2') return [plain(bucketArn)]
  const { Objects: objects = [{ Key }] } = (Delete ?? {}) as { readonly Objects?: readonly Input[] }
  return objects.map((object) => plain(`${bucketArn}/${String(object['Key'])}`))
}

const plain = (resourceArn: string): Resource => ({ arn: resourceArn, clusterArn: undefined })

const arn = (service: string, { region, accountId }: Account, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`

const lastPart = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)

/** A field that holds one name or a list of them. */
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string')
