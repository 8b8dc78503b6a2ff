/**
 * Where the simulator and moto answer differently for the same state, and who is right by AWS's documentation. Both sides
 * of the table are kept: a difference that is not here fails, and so does an entry that is no difference any more.
 */
export interface KnownDifference {
  readonly operation: string
  /** Paths of fields; `*` at the end stands for whatever follows. */
  readonly fields: readonly string[]
  /** `left-out`: an optional field of the answer that the simulator does not give. */
  readonly verdict: 'simulator-is-right' | 'both-may-be' | 'left-out'
  readonly because: string
}

const activity = 'of an activity moto gives a part'
const eitherWay = 'no reference says whether this list is shown while it is empty, or left out'

type Part = Pick<KnownDifference, 'fields' | 'because'> & Partial<Pick<KnownDifference, 'verdict'>>

const containerInstance: readonly Part[] = [
  {
    fields: ['attributes*'],
    because: 'moto makes up an AMI and Windows; ECS lists what the agent registers',
  },
  {
    fields: ['registeredResources[].stringSetValue[]*', 'remainingResources[].stringSetValue[]*'],
    because:
      '"Amazon ECS task definition parameters" reserves 51678 to 51680; moto also counts the port 0 as taken',
  },
  {
    fields: ['attachments[].length', 'tags[].length'],
    verdict: 'both-may-be',
    because: eitherWay,
  },
  { fields: ['version'], because: 'each change counts it up ("ContainerInstance" in the API reference)' },
  { fields: ['versionInfo*'], because: 'the agent and its Docker are whatever an AMI brings' },
]
const task: readonly Part[] = [
  {
    fields: ['attributes*', 'availabilityZone', 'connectivity*', 'cpu', 'memory', 'version', 'healthStatus'],
    because: '"describe-tasks" in the CLI reference shows them',
  },
  {
    fields: ['createdAt', 'startedAt', 'enableExecuteCommand', 'launchType', 'overrides*'],
    because: '"describe-tasks" in the CLI reference shows them',
  },
  {
    fields: ['containers[].containerArn', 'containers[].taskArn', 'containers[].networkBindings*'],
    because: 'a container belongs to its task, not to the task definition ("Container" in the API reference)',
  },
  {
    fields: ['containers[].lastStatus', 'containers[].healthStatus', 'containers[].exitCode'],
    because: 'a container of a running task runs, has not exited, and has no health check here',
  },
  { fields: ['startedBy'], because: 'what does not apply is absent, not empty' },
]

const of = (operation: string, prefix: string, parts: readonly Part[]): readonly KnownDifference[] =>
  parts.map(({ fields, verdict = 'simulator-is-right', because }) => ({
    operation,
    fields: fields.map((field) => `${prefix}${field}`),
    verdict,
    because,
  }))

export const knownDifferences: readonly KnownDifference[] = [
  {
    operation: 'DescribeAutoScalingInstances',
    fields: ['AutoScalingInstances[].HealthStatus'],
    verdict: 'simulator-is-right',
    because:
      'the CLI reference shows HEALTHY in this answer, and Healthy in that of DescribeAutoScalingGroups',
  },
  {
    operation: 'DescribeAutoScalingInstances',
    fields: ['AutoScalingInstances[].LaunchTemplate.LaunchTemplateId'],
    verdict: 'left-out',
    because: 'launch templates are known by their names',
  },
  {
    operation: 'DescribeAutoScalingGroups',
    fields: ['AutoScalingGroups[].HealthCheckGracePeriod'],
    verdict: 'simulator-is-right',
    because: '"CreateAutoScalingGroup" in the API reference: 0 by default',
  },
  {
    operation: 'DescribeAutoScalingGroups',
    fields: ['AutoScalingGroups[].WarmPoolSize'],
    verdict: 'simulator-is-right',
    because:
      '"AutoScalingGroup" in the API reference: the current size of the pool, which is 0; moto gives none',
  },
  {
    operation: 'DescribeAutoScalingGroups',
    fields: ['AutoScalingGroups[].InstanceLifecyclePolicy*'],
    verdict: 'simulator-is-right',
    because: '"InstanceLifecyclePolicy" in the API reference; moto does not know it',
  },
  {
    operation: 'DescribeAutoScalingGroups',
    fields: ['AutoScalingGroups[].TrafficSources[].length'],
    verdict: 'both-may-be',
    because: eitherWay,
  },
  {
    operation: 'DescribeAutoScalingGroups',
    fields: [
      'AutoScalingGroups[].CapacityRebalance',
      'AutoScalingGroups[].Instances[].LaunchTemplate.LaunchTemplateId',
      'AutoScalingGroups[].LaunchTemplate.LaunchTemplateId',
      'AutoScalingGroups[].VPCZoneIdentifier',
    ],
    verdict: 'left-out',
    because:
      'no network and no launch template ids are modelled; CapacityRebalance is absent unless it is on',
  },
  {
    operation: 'DescribeLifecycleHooks',
    fields: ['LifecycleHooks[].NotificationTargetARN', 'LifecycleHooks[].RoleARN'],
    verdict: 'simulator-is-right',
    because: 'a hook without a target has none; moto shows one that nobody named',
  },
  {
    operation: 'DescribeScalingActivities',
    fields: [
      'ActivityId',
      'AutoScalingGroupARN',
      'AutoScalingGroupName',
      'Cause',
      'Description',
      'Details',
      'EndTime',
      'Progress',
      'StartTime',
      'StatusCode',
      'length',
    ].map((field) => `Activities[].${field}`),
    verdict: 'simulator-is-right',
    because:
      'a launch is an activity ("Verify a scaling activity for an Auto Scaling group"); moto lists none',
  },
  {
    operation: 'TerminateInstanceInAutoScalingGroup',
    fields: ['Activity.AutoScalingGroupARN', 'Activity.Details', 'Activity.Cause'],
    verdict: 'simulator-is-right',
    because: activity,
  },
  {
    operation: 'TerminateInstanceInAutoScalingGroup',
    fields: ['Activity.EndTime'],
    verdict: 'simulator-is-right',
    because:
      'the call only makes a request; an activity in progress has no end ("TerminateInstanceInAutoScalingGroup")',
  },
  {
    operation: 'DescribeInstances',
    fields: [
      'AmiLaunchIndex',
      'Architecture',
      'BlockDeviceMappings*',
      'EbsOptimized',
      'Hypervisor',
      'ImageId',
      'MetadataOptions*',
      'Monitoring*',
      'NetworkInterfaces*',
      'Placement.GroupName',
      'Placement.Tenancy',
      'Platform',
      'PrivateDnsName',
      'PrivateIpAddress',
      'ProductCodes[].length',
      'PublicDnsName',
      'PublicIpAddress',
      'RootDevice*',
      'SecurityGroups[].length',
      'SourceDestCheck',
      'SriovNetSupport',
      'StateReason*',
      'StateTransitionReason',
      'SubnetId',
      'VirtualizationType',
      'VpcId',
    ].map((field) => `Reservations[].Instances[].${field}`),
    verdict: 'left-out',
    because: 'networks, disks and images are not modelled',
  },
  {
    operation: 'DescribeInstances',
    fields: ['[aws:ec2launchtemplate:id]*', '[aws:ec2launchtemplate:version]*', '[].length'].map(
      (field) => `Reservations[].Instances[].Tags${field}`,
    ),
    verdict: 'left-out',
    because: 'the tags aws:ec2launchtemplate:id and aws:ec2launchtemplate:version',
  },
  {
    operation: 'DescribeInstanceStatus',
    fields: ['InstanceStatuses[]*'],
    verdict: 'simulator-is-right',
    because: 'the filter event.code leaves out machines without such an event; moto does not filter',
  },
  {
    operation: 'DescribeClusters',
    fields: ['clusters[].settings[]*'],
    verdict: 'simulator-is-right',
    because: 'settings are shown where `include` names them ("DescribeClusters" in the API reference)',
  },
  {
    operation: 'DescribeClusters',
    fields: ['clusters[].activeServicesCount'],
    verdict: 'simulator-is-right',
    because: 'it counts services in the state ACTIVE ("Cluster" in the API reference), and there is one',
  },
  {
    operation: 'DescribeClusters',
    fields: ['capacityProviders', 'defaultCapacityProviderStrategy', 'statistics', 'tags'].map(
      (field) => `clusters[].${field}[].length`,
    ),
    verdict: 'both-may-be',
    because: eitherWay,
  },
  {
    operation: 'DescribeContainerInstances',
    fields: ['failures[].arn'],
    verdict: 'simulator-is-right',
    because: 'ARNs have the name of the cluster since 2018 ("Amazon ECS resource ARN format")',
  },
  {
    operation: 'DescribeServices',
    fields: ['failures[].arn'],
    verdict: 'simulator-is-right',
    because: 'ARNs have the name of the cluster since 2018 ("Amazon ECS resource ARN format")',
  },
  {
    operation: 'DescribeServices',
    fields: [
      'services[].availabilityZoneRebalancing',
      'services[].createdAt',
      'services[].deploymentConfiguration*',
      'services[].enableECSManagedTags',
      'services[].enableExecuteCommand',
      'services[].placementConstraints[].length',
      'services[].placementStrategy*',
    ],
    verdict: 'simulator-is-right',
    because:
      'ECS shows its defaults, and what the service was created with ("describe-services" in the CLI reference)',
  },
  {
    operation: 'DescribeServices',
    fields: ['services[].networkConfiguration', 'services[].taskSets[].length'],
    verdict: 'simulator-is-right',
    because:
      'the one is for tasks in awsvpc mode, the other for external deployments ("Service" in the API reference)',
  },
  {
    operation: 'DescribeServices',
    fields: ['services[].deployments[].platformFamily'],
    verdict: 'left-out',
    because: 'it is for tasks on Fargate ("Deployment" in the API reference)',
  },
  {
    operation: 'DescribeTaskDefinition',
    fields: ['taskDefinition.compatibilities[]*', 'taskDefinition.registeredAt'],
    verdict: 'simulator-is-right',
    because:
      'a task definition for EC2 in bridge mode is good for EXTERNAL too, and has been registered some time',
  },
  {
    operation: 'DescribeTaskDefinition',
    fields: ['tags[].length', 'taskDefinition.requiresAttributes[].length'],
    verdict: 'both-may-be',
    because: eitherWay,
  },
  {
    operation: 'DescribeTargetGroupAttributes',
    fields: ['Attributes[waf.fail_open.enabled]*', 'Attributes[].length'],
    verdict: 'left-out',
    because: 'an attribute of firewalls that nobody here sets',
  },
  {
    operation: 'DescribeAutoScalingGroups',
    fields: ['AutoScalingGroups[].TerminationPolicies[]*'],
    verdict: 'simulator-is-right',
    because: 'UpdateAutoScalingGroup sets them (API reference); moto leaves them as they were',
  },
  {
    operation: 'SetDesiredCapacity',
    fields: ['error', 'status'],
    verdict: 'simulator-is-right',
    because:
      '"Scaling limits for your Auto Scaling group": the desired capacity stays within them; moto takes any',
  },
  {
    operation: 'TerminateInstanceInAutoScalingGroup',
    fields: ['error', 'status'],
    verdict: 'simulator-is-right',
    because: 'moto refuses an unknown instance too, by failing itself',
  },
  {
    operation: 'DescribeCapacityProviders',
    fields: ['failures[].arn'],
    verdict: 'simulator-is-right',
    because: 'ARNs of capacity providers have a hyphen (Service Authorization Reference, ECS)',
  },
  {
    operation: 'DescribeInstanceTypes',
    fields: ['InstanceTypes[].MemoryInfo.SizeInMiB'],
    verdict: 'both-may-be',
    because: 'a simulated machine has the size that its scenario gives it, whatever its type is called',
  },
  {
    operation: 'DescribeInstanceTypes',
    fields: [
      'AutoRecoverySupported',
      'BareMetal',
      'BurstablePerformanceSupported',
      'CurrentGeneration',
      'DedicatedHostsSupported',
      'EbsInfo*',
      'FreeTierEligible',
      'HibernationSupported',
      'Hypervisor',
      'InstanceStorageSupported',
      'NetworkInfo*',
      'Nitro*',
      'PhcSupport',
      'PlacementGroupInfo*',
      'ProcessorInfo*',
      'RebootMigrationSupport',
      'Supported*',
      'VCpuInfo.DefaultCores',
      'VCpuInfo.DefaultThreadsPerCore',
      'VCpuInfo.Valid*',
    ].map((field) => `InstanceTypes[].${field}`),
    verdict: 'left-out',
    because: 'what a machine can beyond its size is not modelled',
  },
  {
    operation: 'DescribeLaunchTemplateVersions',
    fields: ['CreateTime', 'CreatedBy', 'LaunchTemplateData.ImageId', 'LaunchTemplateId'].map(
      (field) => `LaunchTemplateVersions[].${field}`,
    ),
    verdict: 'left-out',
    because: 'launch templates are known by their names, and say no more than the type',
  },
  {
    operation: 'PutAttributes',
    fields: ['error', 'status', 'attributes[]*'],
    verdict: 'simulator-is-right',
    because:
      'targetType may stand beside a full ARN ("Attribute" in the API reference); moto then finds no target',
  },
  {
    operation: 'DeleteAttributes',
    fields: ['error', 'status', 'attributes[]*'],
    verdict: 'simulator-is-right',
    because: 'as with PutAttributes',
  },
  {
    operation: 'StopTask',
    fields: ['task.lastStatus', 'task.stopCode', 'task.stoppingAt'],
    verdict: 'simulator-is-right',
    because:
      'StopTask sends SIGTERM and answers before the container has ended ("StopTask" in the API reference)',
  },
  {
    operation: 'DeregisterContainerInstance',
    fields: ['containerInstance.status'],
    verdict: 'simulator-is-right',
    because: '"deregister-container-instance" in the CLI reference shows INACTIVE',
  },
  {
    operation: 'SendMessage',
    fields: ['SequenceNumber'],
    verdict: 'both-may-be',
    because: 'a large number that SQS assigns ("SendMessage" in the API reference)',
  },
  {
    operation: 'ReceiveMessage',
    fields: ['Messages[].Attributes.SenderId', 'Messages[].ReceiptHandle'],
    verdict: 'both-may-be',
    because: 'they are AWS’s to choose',
  },
  ...of('DescribePolicies', 'ScalingPolicies[].', [
    { fields: ['Alarms[].length'], verdict: 'both-may-be', because: eitherWay },
    { fields: ['Enabled'], because: '"PutScalingPolicy" in the API reference: true by default' },
    { fields: ['PredictiveScalingConfiguration'], because: 'what does not apply is absent, not empty' },
  ]),
  ...of('DescribeContainerInstances', 'containerInstances[].', containerInstance),
  ...of('UpdateContainerInstancesState', 'containerInstances[].', containerInstance),
  ...of('DeregisterContainerInstance', 'containerInstance.', containerInstance),
  ...of('DescribeTasks', 'tasks[].', [
    ...task,
    { fields: ['stoppedReason'], because: 'what does not apply is absent, not empty' },
  ]),
  ...of('StopTask', 'task.', [
    ...task,
    { fields: ['tags[].length'], verdict: 'both-may-be', because: eitherWay },
  ]),
]
