import type { Attribute } from '@aws-sdk/client-ecs'
import { ServiceError } from '../operation.ts'
import type { ContainerInstance } from './cluster.ts'

/** "Amazon ECS service quotas" and the API reference's page PutAttributes. */
const CUSTOM_ATTRIBUTES_PER_RESOURCE = 10
export const ATTRIBUTES_PER_CALL = 10

/** Letters, digits and some marks, 1 to 128 (API reference, Attribute). A value may also hold `@`, `:` and inner spaces. */
const NAME = /^[A-Za-z0-9\-_/\\.]{1,128}$/
const VALUE = /^(?! )[A-Za-z0-9\-_/\\.@: ]{1,128}(?<! )$/

/** Names that ECS keeps for the attributes it sets itself. */
const RESERVED_PREFIX = 'ecs.'

export const TASK_INTERFACE_CAPABILITY = 'ecs.capability.task-eni'

/** Undefined: this instance does not have it. */
const builtIn: Readonly<Record<string, (containerInstance: ContainerInstance) => string | undefined>> = {
  'ecs.availability-zone': ({ availabilityZone }) => availabilityZone,
  'ecs.instance-type': ({ instanceType }) => instanceType,
  'ecs.os-type': () => 'linux',
  'ecs.cpu-architecture': () => 'arm64',
  // What the agent can do, which a task in awsvpc mode requires; and the sign of ENI trunking.
  [TASK_INTERFACE_CAPABILITY]: () => '',
  'ecs.awsvpc-trunk-id': ({ arn, hasTrunk }) => (hasTrunk ? `eni-${arn.slice(-17)}` : undefined),
}

export const allAttributes = (
  containerInstance: ContainerInstance,
): readonly (readonly [name: string, value: string | undefined])[] => [
  ...Object.entries(builtIn).flatMap(([name, valueOf]) => {
    const value = valueOf(containerInstance)
    return value === undefined ? [] : [[name, value === '' ? undefined : value] as const]
  }),
  ...containerInstance.customAttributes,
]

/** Undefined: the instance does not have it; an attribute without a value is empty. */
export const attributeOf = (containerInstance: ContainerInstance, name: string): string | undefined => {
  const { customAttributes } = containerInstance
  return (
    builtIn[name]?.(containerInstance) ??
    (customAttributes.has(name) ? (customAttributes.get(name) ?? '') : undefined)
  )
}

/** Whether ECS would take the attribute's name and value. @throws {ServiceError} InvalidParameterException. */
export const checkAttribute = ({ name, value }: Attribute): void => {
  if (name === undefined || !NAME.test(name)) throw invalid(`The attribute name ${name} is not valid.`)
  if (name.startsWith(RESERVED_PREFIX)) throw invalid(`The attribute name ${name} is reserved.`)
  if (value !== undefined && !VALUE.test(value))
    throw invalid(`The value of the attribute ${name} is not valid.`)
}

/** @throws {ServiceError} AttributeLimitExceededException, before anything is changed. */
export const checkAttributeRoom = (containerInstance: ContainerInstance, names: readonly string[]): void => {
  const all = new Set([...containerInstance.customAttributes.keys(), ...names])
  if (all.size <= CUSTOM_ATTRIBUTES_PER_RESOURCE) return
  throw new ServiceError(
    'AttributeLimitExceededException',
    `A resource can have at most ${CUSTOM_ATTRIBUTES_PER_RESOURCE} custom attributes.`,
  )
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterException', message)
