import type {
  DeleteRuleCommandInput,
  DescribeRuleCommandInput,
  DisableRuleCommandInput,
  ListRulesCommandInput,
  ListTargetsByRuleCommandInput,
  PutEventsCommandInput,
  PutEventsRequestEntry,
  PutRuleCommandInput,
  PutTargetsCommandInput,
  RemoveTargetsCommandInput,
  Rule as RuleShape,
  Target as TargetShape,
} from '@aws-sdk/client-eventbridge'

import { ServiceError, type Operation } from '../operation.ts'
import { notModelled, refuseUnmodelledMembers } from '../unmodelled-input.ts'
import type { EventBridge } from './event-bridge.ts'
import type { EventPattern } from './event-pattern.ts'
import { checkTarget, type RuleSpec, type RuleTarget } from './rule.ts'

/** "Amazon EventBridge quotas": targets of a rule, and entries of one PutEvents. */
const MOST_TARGETS = 5
const MOST_ENTRIES = 10

/** The operations of EventBridge that the simulator models, on the default bus. Lists come in one page. */
export const eventBridgeOperations = (bus: EventBridge): Readonly<Record<string, Operation>> => ({
  PutRule: (input: PutRuleCommandInput) => putRule(bus, input),
  DescribeRule: (input: DescribeRuleCommandInput) => {
    refuseUnmodelledMembers('DescribeRule', input, ['Name', 'EventBusName'])
    return ruleShape(bus, findRule(bus, input.Name, input.EventBusName))
  },
  DeleteRule: (input: DeleteRuleCommandInput) => deleteRule(bus, input),
  EnableRule: (input: DisableRuleCommandInput) => setState(bus, input, 'ENABLED'),
  DisableRule: (input: DisableRuleCommandInput) => setState(bus, input, 'DISABLED'),
  ListRules: (input: ListRulesCommandInput) => {
    refuseUnmodelledMembers('ListRules', input, ['NamePrefix', 'EventBusName'])
    requireDefaultBus(input.EventBusName)
    const found = bus.rules.filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
    return { Rules: found.map((rule) => ruleShape(bus, rule)) }
  },
  PutTargets: (input: PutTargetsCommandInput) => putTargets(bus, input),
  RemoveTargets: (input: RemoveTargetsCommandInput) => removeTargets(bus, input),
  ListTargetsByRule: (input: ListTargetsByRuleCommandInput) => {
    refuseUnmodelledMembers('ListTargetsByRule', input, ['Rule', 'EventBusName'])
    return { Targets: findRule(bus, input.Rule, input.EventBusName).targets.map(targetShape) }
  },
  PutEvents: (input: PutEventsCommandInput) => putEvents(bus, input),
})

/** What is left out takes its default, also where the rule exists ("PutRule" in the API reference). Targets stay. */
const putRule = (bus: EventBridge, input: PutRuleCommandInput): object => {
  refuseUnmodelledMembers('PutRule', input, [
    'Name',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'Description',
    'RoleArn',
    'EventBusName',
  ])
  requireDefaultBus(input.EventBusName)
  const name = required('Name', input.Name)
  const { State: state = 'ENABLED' } = input
  if (state !== 'ENABLED' && state !== 'DISABLED') throw notModelled(`PutRule with the state ${state}`)
  const spec: RuleSpec = {
    name,
    state,
    ...(input.EventPattern !== undefined && { eventPattern: parsePattern(input.EventPattern) }),
    ...(input.ScheduleExpression !== undefined && { scheduleExpression: input.ScheduleExpression }),
    targets: bus.rules.find((rule) => rule.name === name)?.targets ?? [],
  }
  if (spec.eventPattern === undefined && spec.scheduleExpression === undefined)
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  bus.setRule(spec)
  return { RuleArn: bus.arnOf(name) }
}

const parsePattern = (text: string): EventPattern => {
  try {
    const pattern: unknown = JSON.parse(text)
    if (typeof pattern === 'object' && pattern !== null && !Array.isArray(pattern))
      return pattern as EventPattern
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new ServiceError(
    'InvalidEventPatternException',
    'Event pattern is not valid. Reason: Filter is not an object',
  )
}

/** Deleting a rule that does not exist is no error. */
const deleteRule = (bus: EventBridge, input: DeleteRuleCommandInput): object => {
  refuseUnmodelledMembers('DeleteRule', input, ['Name', 'EventBusName'])
  requireDefaultBus(input.EventBusName)
  const name = required('Name', input.Name)
  if ((bus.rules.find((rule) => rule.name === name)?.targets.length ?? 0) > 0)
    throw validation("Rule can't be deleted since it has targets.")
  bus.deleteRule(name)
  return {}
}

const setState = (bus: EventBridge, input: DisableRuleCommandInput, state: RuleSpec['state']): object => {
  refuseUnmodelledMembers('the state of a rule', input, ['Name', 'EventBusName'])
  bus.setRule({ ...findRule(bus, input.Name, input.EventBusName), state })
  return {}
}

/** A target whose id the rule has already takes that one's place. */
const putTargets = (bus: EventBridge, input: PutTargetsCommandInput): object => {
  refuseUnmodelledMembers('PutTargets', input, ['Rule', 'EventBusName', 'Targets'])
  const rule = findRule(bus, input.Rule, input.EventBusName)
  const added = (input.Targets ?? []).map(targetFrom)
  if (added.length === 0) throw validation('Targets must have at least one member.')
  const kept = rule.targets.filter(({ id }) => !added.some((target) => target.id === id))
  if (kept.length + added.length > MOST_TARGETS)
    throw new ServiceError(
      'LimitExceededException',
      `The requested resource exceeds the maximum number allowed.`,
    )
  bus.setRule({ ...rule, targets: [...kept, ...added] })
  return { FailedEntryCount: 0, FailedEntries: [] }
}

/** @throws {ServiceError} for a target that EventBridge or the simulator does not take. */
const targetFrom = (shape: TargetShape): RuleTarget => {
  // None of these changes what a simulated target receives: it is always reachable, and nobody asks for a role.
  const withoutEffect = ['RoleArn', 'RetryPolicy', 'DeadLetterConfig']
  refuseUnmodelledMembers('PutTargets', shape, [
    'Id',
    'Arn',
    'Input',
    'InputPath',
    'SqsParameters',
    ...withoutEffect,
  ])
  const messageGroupId = shape.SqsParameters?.MessageGroupId
  const target: RuleTarget = {
    id: required('Id', shape.Id),
    arn: required('Arn', shape.Arn),
    ...(shape.Input !== undefined && { input: shape.Input }),
    ...(shape.InputPath !== undefined && { inputPath: shape.InputPath }),
    ...(messageGroupId !== undefined && { messageGroupId }),
  }
  checkTarget(target)
  return target
}

const removeTargets = (bus: EventBridge, input: RemoveTargetsCommandInput): object => {
  refuseUnmodelledMembers('RemoveTargets', input, ['Rule', 'EventBusName', 'Ids', 'Force'])
  const rule = findRule(bus, input.Rule, input.EventBusName)
  const removed = input.Ids ?? []
  const isRemoved = ({ id }: RuleTarget) => id !== undefined && removed.includes(id)
  const unknown = removed.filter((id) => !rule.targets.some((target) => target.id === id))
  bus.setRule({ ...rule, targets: rule.targets.filter((target) => !isRemoved(target)) })
  return {
    FailedEntryCount: unknown.length,
    FailedEntries: unknown.map((TargetId) => ({
      TargetId,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Target ${TargetId} does not exist.`,
    })),
  }
}

const putEvents = (bus: EventBridge, input: PutEventsCommandInput): object => {
  refuseUnmodelledMembers('PutEvents', input, ['Entries'])
  const entries = input.Entries ?? []
  if (entries.length === 0 || entries.length > MOST_ENTRIES)
    throw validation(`Entries must have 1 to ${MOST_ENTRIES} members.`)
  const results = entries.map((entry) => putEvent(bus, entry))
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results }
}

/** One entry may be refused beside others that are taken. */
const putEvent = (bus: EventBridge, entry: PutEventsRequestEntry): object => {
  refuseUnmodelledMembers('PutEvents', entry, ['Source', 'DetailType', 'Detail', 'Resources', 'EventBusName'])
  requireDefaultBus(entry.EventBusName)
  const { Source: source = '', DetailType: detailType = '', Resources: resources = [] } = entry
  if (source === '' || detailType === '')
    return refusedEntry('InvalidArgument', 'Parameter Source or DetailType is not valid. Reason: missing.')
  if (source.startsWith('aws.'))
    return refusedEntry('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`)
  const detail = parseDetail(entry.Detail ?? '')
  if (detail === undefined) return refusedEntry('MalformedDetail', 'Detail is malformed.')
  return { EventId: bus.put({ source, detailType, resources, detail }) }
}

const refusedEntry = (ErrorCode: string, ErrorMessage: string): object => ({ ErrorCode, ErrorMessage })

const parseDetail = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const detail: unknown = JSON.parse(text)
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail)
      ? (detail as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

/** @throws {ServiceError} `ResourceNotFoundException` */
const findRule = (bus: EventBridge, name: string | undefined, busName: string | undefined): RuleSpec => {
  requireDefaultBus(busName)
  const wanted = required('Name', name)
  const rule = bus.rules.find((candidate) => candidate.name === wanted)
  if (rule !== undefined) return rule
  throw new ServiceError('ResourceNotFoundException', `Rule ${wanted} does not exist on EventBus default.`)
}

const ruleShape = (
  bus: EventBridge,
  { name, state, eventPattern, scheduleExpression }: RuleSpec,
): RuleShape => ({
  Name: name,
  Arn: bus.arnOf(name),
  State: state,
  EventBusName: 'default',
  ...(eventPattern !== undefined && { EventPattern: JSON.stringify(eventPattern) }),
  ...(scheduleExpression !== undefined && { ScheduleExpression: scheduleExpression }),
})

const targetShape = ({ id, arn, input, inputPath, messageGroupId }: RuleTarget): TargetShape => ({
  Id: id,
  Arn: arn,
  ...(input !== undefined && { Input: input }),
  ...(inputPath !== undefined && { InputPath: inputPath }),
  ...(messageGroupId !== undefined && { SqsParameters: { MessageGroupId: messageGroupId } }),
})

const requireDefaultBus = (name = 'default'): void => {
  if (name !== 'default') throw notModelled(`the event bus ${name}`)
}

const required = (member: string, value: string | undefined): string => {
  if (value !== undefined && value !== '') return value
  throw validation(`${member} is required.`)
}

const validation = (message: string): ServiceError => new ServiceError('ValidationException', message)
