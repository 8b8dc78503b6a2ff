import type {
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  Filter,
  Tag,
} from '@aws-sdk/client-ec2'
import { ServiceError } from '../operation.ts'
import { instanceNotFound } from './instance-not-found.ts'
import type { Machine, MachineState } from './machine.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'

export type DescribeInstancesInput = DescribeInstancesCommandInput
type Output = Omit<DescribeInstancesCommandOutput, '$metadata'>
type Reservation = NonNullable<Output['Reservations']>[number]

/** `DescribeInstances.MaxResults` may be 5 to 1000 (API reference). */
const LEAST_RESULTS = 5
const MOST_RESULTS = 1_000

/** The low byte of EC2's state code (API reference, `InstanceState`). */
const stateCodes: Readonly<Record<MachineState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

/** Answers `DescribeInstances` over these machines, one reservation for each, in the order of launch. */
export const describeInstances = (
  machines: readonly Machine[],
  input: DescribeInstancesInput,
  accountId: string,
): Output => {
  refuseUnmodelledMembers('DescribeInstances', input, ['InstanceIds', 'Filters', 'MaxResults', 'NextToken'])
  const found = matching(withIds(machines, input.InstanceIds), input.Filters ?? [])
  const { page, nextToken } = pageOf(found, input)
  return {
    Reservations: page.map((machine) => toReservation(machine, accountId)),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  }
}

const withIds = (machines: readonly Machine[], ids: readonly string[] | undefined): readonly Machine[] => {
  if (ids === undefined || ids.length === 0) return machines
  const unknown = ids.filter((id) => !machines.some(({ instanceId }) => instanceId === id))
  if (unknown.length > 0) throw instanceNotFound(unknown)
  return machines.filter(({ instanceId }) => ids.includes(instanceId))
}

const matching = (machines: readonly Machine[], filters: readonly Filter[]): readonly Machine[] => {
  const conditions = filters.map(({ Name, Values }) => ({ read: filterReader(Name), allowed: Values ?? [] }))
  return machines.filter((machine) =>
    conditions.every(({ read, allowed }) => allowed.includes(read(machine))),
  )
}

const filterReader = (filterName: string | undefined): ((machine: Machine) => string) => {
  switch (filterName) {
    case 'instance-id':
      return (machine) => machine.instanceId
    case 'instance-state-name':
      return (machine) => machine.state
    case undefined:
    default:
      throw notModelled(`DescribeInstances with the filter ${filterName}`)
  }
}

const pageOf = (
  machines: readonly Machine[],
  { InstanceIds, MaxResults, NextToken }: DescribeInstancesInput,
): { readonly page: readonly Machine[]; readonly nextToken: string | undefined } => {
  if (MaxResults === undefined && NextToken === undefined) return { page: machines, nextToken: undefined }
  if (InstanceIds !== undefined && InstanceIds.length > 0)
    throw new ServiceError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    )
  const size = MaxResults ?? MOST_RESULTS
  if (size < LEAST_RESULTS || size > MOST_RESULTS)
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${LEAST_RESULTS} and ${MOST_RESULTS}.`,
    )
  return cut(machines, size, NextToken)
}

/** The token names the last machine shown, so that launches and departures between two pages repeat or skip none. */
const cut = (machines: readonly Machine[], size: number, token: string | undefined) => {
  const start =
    token === undefined ? 0 : machines.findIndex(({ instanceId }) => instanceId === decode(token)) + 1
  if (token !== undefined && start === 0)
    throw new ServiceError('InvalidNextToken', `The token '${token}' is invalid.`)
  const page = machines.slice(start, start + size)
  const last = page.at(-1)
  const hasMore = start + size < machines.length
  return { page, nextToken: hasMore && last !== undefined ? encode(last.instanceId) : undefined }
}

const encode = (instanceId: string): string => Buffer.from(instanceId).toString('base64')
const decode = (token: string): string => Buffer.from(token, 'base64').toString()

const toReservation = (machine: Machine, accountId: string): Reservation => ({
  ReservationId: machine.instanceId.replace('i-', 'r-'),
  OwnerId: accountId,
  Groups: [],
  Instances: [
    {
      InstanceId: machine.instanceId,
      InstanceType: machine.instanceType as NonNullable<Reservation['Instances']>[number]['InstanceType'],
      State: { Code: stateCodes[machine.state], Name: machine.state },
      Placement: { AvailabilityZone: machine.availabilityZone },
      LaunchTime: new Date(machine.launchedAt),
      // EC2 leaves the member out for a machine on demand.
      ...(machine.market === 'spot' && { InstanceLifecycle: 'spot' as const }),
      Tags: tagsOf(machine),
    },
  ],
})

const tagsOf = ({ autoScalingGroupName, tags = {} }: Machine): Tag[] => [
  ...(autoScalingGroupName === undefined
    ? []
    : [{ Key: 'aws:autoscaling:groupName', Value: autoScalingGroupName }]),
  ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
]
