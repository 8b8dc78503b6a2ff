import type {
  DescribeInstanceTypesCommandInput,
  DescribeInstanceTypesCommandOutput,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2'
import { ServiceError } from '../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'

type Output = Omit<DescribeInstanceTypesCommandOutput, '$metadata'>

/** A type of machine as EC2 offers it. */
export interface OfferedType {
  readonly instanceType: string
  /** CPU units as ECS counts them: 1024 for each vCPU. */
  readonly cpu: number
  /** MiB that ECS can count on, which is less than the machine has. */
  readonly memory: number
  readonly gpus?: number
  readonly networkInterfaces?: number
}

/** Of a type for which nobody said: what most sizes of two to eight vCPUs have ("Maximum IP addresses per network interface"). */
export const DEFAULT_NETWORK_INTERFACES = 4

/**
 * What kernel and firmware keep for themselves, so that ECS counts less than EC2 sells: 3 to 7 percent on most types. Memory
 * is sold in whole half GiB.
 */
const SHARE_FOR_TASKS = 0.96
const MEMORY_GRAIN_MIB = 512

/** `DescribeInstanceTypes.InstanceTypes` and its page size (API reference). */
const MOST_TYPES = 100
const MOST_RESULTS = 100
const LEAST_RESULTS = 5

/** Answers `DescribeInstanceTypes` over what the world's groups may launch; nothing else is on offer here. */
export const describeInstanceTypes = (
  offered: readonly OfferedType[],
  input: DescribeInstanceTypesCommandInput,
): Output => {
  refuseUnmodelledMembers('DescribeInstanceTypes', input, [
    'InstanceTypes',
    'Filters',
    'MaxResults',
    'NextToken',
  ])
  const named = withNames(offered, input.InstanceTypes ?? [])
  const found = (input.Filters ?? []).reduce((left, { Name, Values = [] }) => {
    if (Name !== 'instance-type') throw notModelled(`DescribeInstanceTypes with the filter ${Name}`)
    return left.filter(({ instanceType }) => Values.includes(instanceType))
  }, named)
  const size = input.MaxResults ?? MOST_RESULTS
  if (size < LEAST_RESULTS || size > MOST_RESULTS)
    throw new ServiceError('InvalidParameterValue', `MaxResults must be ${LEAST_RESULTS} to ${MOST_RESULTS}.`)
  const start = Number(input.NextToken ?? 0)
  const next = start + size
  return {
    InstanceTypes: found.slice(start, next).map(toInfo),
    ...(next < found.length && { NextToken: String(next) }),
  }
}

/** Asked by name, one type that is not offered fails the call; a filter leaves it out. */
const withNames = (offered: readonly OfferedType[], names: readonly string[]): readonly OfferedType[] => {
  if (names.length === 0) return offered
  if (names.length > MOST_TYPES)
    throw new ServiceError('InvalidParameterValue', `InstanceTypes may name at most ${MOST_TYPES}.`)
  const unknown = names.filter((name) => !offered.some(({ instanceType }) => instanceType === name))
  if (unknown.length > 0)
    throw new ServiceError(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
    )
  return offered.filter(({ instanceType }) => names.includes(instanceType))
}

const toInfo = ({ instanceType, cpu, memory, gpus, networkInterfaces }: OfferedType): InstanceTypeInfo => ({
  InstanceType: instanceType as NonNullable<InstanceTypeInfo['InstanceType']>,
  VCpuInfo: { DefaultVCpus: Math.ceil(cpu / 1_024) },
  MemoryInfo: { SizeInMiB: Math.ceil(memory / SHARE_FOR_TASKS / MEMORY_GRAIN_MIB) * MEMORY_GRAIN_MIB },
  NetworkInfo: { MaximumNetworkInterfaces: networkInterfaces ?? DEFAULT_NETWORK_INTERFACES },
  ...(gpus !== undefined && gpus > 0 && { GpuInfo: { Gpus: [{ Count: gpus }] } }),
})
