import {
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2'

import { during } from '../../aws/errors.ts'
import { chunksOf } from '../../aws/pages.ts'
import type { MachineType, Resources } from '../../capacity/snapshot.ts'
import type { Memo } from '../memo.ts'

/** What a group launches from, as Auto Scaling describes it. */
export interface LaunchSource {
  /** Of a mixed instances policy. Empty: the launch template names the type. */
  readonly instanceTypes: readonly string[]
  /** The types follow from requirements, so that nobody can list them. */
  readonly isByRequirements: boolean
  /** Absent: the group uses a launch configuration. */
  readonly launchTemplate?: {
    readonly LaunchTemplateId?: string | undefined
    readonly LaunchTemplateName?: string | undefined
    readonly Version?: string | undefined
  }
}

interface Ec2Question {
  readonly ec2: EC2Client
  /** What EC2 says of instance types never changes. */
  readonly memo: Memo<InstanceTypeInfo>
}

/** DescribeInstanceTypes takes 100 types at most. */
const TYPES_PER_CALL = 100

/** What EC2 says of these instance types, by type. A type that it does not offer here is absent. */
export const readInstanceTypes = async (
  { ec2, memo }: Ec2Question,
  types: readonly string[],
): Promise<ReadonlyMap<string, InstanceTypeInfo>> => {
  const unknown = types.filter((type) => type !== '' && memo.get(type) === undefined)
  for (const asked of chunksOf([...new Set(unknown)], TYPES_PER_CALL)) {
    // By filter: asked by name, one type that is not offered in the region fails the whole call.
    const command = new DescribeInstanceTypesCommand({
      Filters: [{ Name: 'instance-type', Values: [...asked] }],
    })
    const answer = await during(`describing instance types ${asked.join(', ')}`, () => ec2.send(command))
    for (const info of answer.InstanceTypes ?? []) memo.set(info.InstanceType ?? '', info)
  }
  return new Map(
    types.flatMap((type) => {
      const info = memo.get(type)
      return info === undefined ? [] : [[type, info] as const]
    }),
  )
}

/** The instance types that a group may launch. Empty: nobody can tell. */
export const readLaunchedTypes = async (ec2: EC2Client, source: LaunchSource): Promise<readonly string[]> => {
  const { instanceTypes, isByRequirements, launchTemplate } = source
  if (isByRequirements) return []
  if (instanceTypes.length > 0 || launchTemplate === undefined) return instanceTypes
  const { LaunchTemplateId, LaunchTemplateName, Version = '$Default' } = launchTemplate
  const template = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId }
  const answer = await during(
    `describing launch template ${LaunchTemplateId ?? LaunchTemplateName ?? ''}`,
    () => ec2.send(new DescribeLaunchTemplateVersionsCommand({ ...template, Versions: [Version] })),
  )
  const type = answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.InstanceType
  return type === undefined ? [] : [type]
}

/**
 * What ECS will count on a machine of this type, from EC2's figures, before any was ever seen. ECS counts what the system
 * shows as its memory, which is less than EC2's figure by what kernel and firmware keep: 3 to 7 percent on most types and
 * more on the smallest. A tenth and 32 MiB are taken off, so that an estimate rather asks for a machine too many; the first
 * instance that registers ends the guessing.
 */
export const estimateMachine = (instanceType: string, info: InstanceTypeInfo): MachineType => ({
  instanceType,
  total: {
    cpu: 1_024 * (info.VCpuInfo?.DefaultVCpus ?? 0),
    memory: Math.max(0, Math.floor(0.9 * (info.MemoryInfo?.SizeInMiB ?? 0)) - 32),
    ...interfacesAndGpus(info),
  },
  attributes: { 'ecs.instance-type': instanceType, 'ecs.os-type': 'linux' },
  source: 'estimated',
})

/**
 * Network interfaces for tasks: all but the instance's own ("Amazon ECS task networking"). Trunking allows more, by a list
 * that no API gives; counting on less only asks for a machine too many.
 */
export const interfacesAndGpus = (info: InstanceTypeInfo): Pick<Resources, 'enis' | 'gpu'> => ({
  enis: Math.max(0, (info.NetworkInfo?.MaximumNetworkInterfaces ?? 1) - 1),
  gpu: (info.GpuInfo?.Gpus ?? []).reduce((total, { Count = 0 }) => total + Count, 0),
})
