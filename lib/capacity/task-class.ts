import { evaluate, parseExpression, type Expression } from './placement-expression.ts'
import { groupOfService } from './service-group.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import { unknownNeed, type ServiceSnapshot, type TaskNeed, type TaskSnapshot } from './workload.ts'

/** Tasks that ECS places alike: those of one service, or standalone ones of one group and revision. */
export interface TaskClass {
  /** `service:web`, or `family:report arn:…` for standalone tasks. */
  readonly key: string
  readonly need: TaskNeed
  /** No two tasks of it on one instance (`distinctInstance`). */
  readonly isDistinct: boolean
  /** ECS's own name for the tasks that `distinctInstance` keeps apart. */
  readonly taskGroup: string
  readonly requirements: Requirements
  /** Why it cannot be said where it fits. Empty: it can. */
  readonly unmodelled: readonly string[]
  /**
   * Why it cannot be said which of the places where it fits ECS will choose, so that nothing is proven of it. Machines are
   * brought for it all the same. Empty: wherever it fits ECS places it.
   */
  readonly unproven: readonly string[]
}

/** So many tasks of a class. */
export interface ClassCount {
  readonly taskClass: TaskClass
  readonly count: number
}

/** What an instance must be, whatever it has left. Equal requirements are one object, so that they are judged once. */
export interface Requirements {
  readonly key: string
  readonly expressions: readonly Expression[]
  readonly attributes: readonly string[]
  /** Empty: an instance of any provider, or of none. */
  readonly capacityProviders: readonly string[]
}

/** What requirements look at. Instances of equal kind share one object. */
export interface Traits {
  readonly attributes: Readonly<Record<string, string>>
  readonly capacityProviderName?: string
  /** Attributes of the agent itself, which are known only once it has registered, may be taken for granted. */
  readonly isAgentAssumed: boolean
}

/** `requiresAttributes` that the agent registers ("Amazon ECS container agent capabilities"). */
const AGENT_ATTRIBUTE = /^(com\.amazonaws\.)?ecs\.capability\./

/**
 * Whether the constraints of a task admit an instance. What AWS does not say counts as no: no room is counted on that ECS
 * might refuse.
 */
export const admits = (
  { expressions, attributes, capacityProviders }: Requirements,
  traits: Traits,
): boolean => {
  const { capacityProviderName = '' } = traits
  if (capacityProviders.length > 0 && !capacityProviders.includes(capacityProviderName)) return false
  const hasAttribute = (name: string) =>
    traits.attributes[name] !== undefined || (traits.isAgentAssumed && AGENT_ATTRIBUTE.test(name))
  return (
    attributes.every(hasAttribute) &&
    expressions.every((expression) => evaluate(expression, traits.attributes) === true)
  )
}

/** The classes of everything in a snapshot. */
export interface Workload {
  readonly ofService: ReadonlyMap<string, TaskClass>
  readonly daemons: readonly TaskClass[]
  readonly ofStandalone: (task: TaskSnapshot) => TaskClass
  /** The tasks of a class that ECS has already given to one of its providers, and that wait for an instance of it. */
  readonly onProvider: (taskClass: TaskClass, capacityProviderName: string) => TaskClass
}

export const classify = ({ services, taskDefinitions }: ClusterSnapshot): Workload => {
  const known = new Map<string, Requirements>()
  const intern = (requirements: Omit<Requirements, 'key'>): Requirements => {
    const key = JSON.stringify(requirements)
    const found = known.get(key) ?? { key, ...requirements }
    known.set(key, found)
    return found
  }
  const needOf = (arn: string) => taskDefinitions.get(arn) ?? unknownNeed('task-definition-unread')
  const classes = services.map((service) => ({
    service,
    taskClass: ofService(service, needOf(service.taskDefinitionArn), intern),
  }))
  return {
    ofService: new Map(classes.map(({ service, taskClass }) => [service.name, taskClass])),
    daemons: classes.filter(({ service }) => service.isDaemon).map(({ taskClass }) => taskClass),
    ofStandalone: (task) => ofStandalone(task, needOf(task.taskDefinitionArn), intern),
    onProvider: (taskClass, capacityProviderName) => {
      const { key: _, ...requirements } = taskClass.requirements
      const bound = intern({ ...requirements, capacityProviders: [capacityProviderName] })
      return { ...taskClass, key: `${taskClass.key} ${capacityProviderName}`, requirements: bound }
    },
  }
}

type Intern = (requirements: Omit<Requirements, 'key'>) => Requirements

const ofService = (service: ServiceSnapshot, need: TaskNeed, intern: Intern): TaskClass => {
  const { name, placementConstraints, capacityProviders } = service
  const texts = placementConstraints.flatMap((constraint) =>
    constraint.type === 'memberOf' ? constraint.expression : [],
  )
  const { expressions, unmodelled } = parseAll([...texts, ...need.placementConstraints])
  const attributes = [...need.requiresAttributes].sort()
  const taskGroup = groupOfService(name)
  return {
    key: taskGroup,
    taskGroup,
    need,
    isDistinct: placementConstraints.some(({ type }) => type === 'distinctInstance'),
    requirements: intern({ expressions, attributes, capacityProviders }),
    unmodelled: [...need.unmodelled, ...unmodelled],
    unproven: sharing(capacityProviders),
  }
}

/** Base and weights say how ECS shares tasks out between providers; which share the next task falls to is not modelled. */
const sharing = (capacityProviders: readonly string[]): readonly string[] =>
  capacityProviders.length > 1 ? ['several-capacity-providers'] : []

const ofStandalone = (task: TaskSnapshot, need: TaskNeed, intern: Intern): TaskClass => {
  const capacityProviders = task.capacityProviderName === undefined ? [] : [task.capacityProviderName]
  const { expressions, unmodelled } = parseAll(need.placementConstraints)
  const attributes = [...need.requiresAttributes].sort()
  return {
    key: [task.group, task.taskDefinitionArn, ...capacityProviders].join(' '),
    taskGroup: task.group,
    need,
    isDistinct: false,
    requirements: intern({ expressions, attributes, capacityProviders }),
    unmodelled: [...need.unmodelled, ...unmodelled],
    unproven: [],
  }
}

const parseAll = (texts: readonly string[]) => {
  const expressions: Expression[] = []
  const unmodelled: string[] = []
  for (const text of [...texts].sort()) {
    const parsed = parseExpression(text)
    if (parsed.kind === 'modelled') expressions.push(parsed.expression)
    else unmodelled.push(parsed.what)
  }
  return { expressions, unmodelled }
}

/** Places are one object for each size and each rule: what fits for one class of a shape fits for another. */
export const shapeKey = ({ key, need, isDistinct, requirements }: TaskClass): string =>
  isDistinct
    ? key
    : JSON.stringify([need.cpu, need.memory, need.gpu, need.enis, need.hostPorts, requirements.key])

export const sharesPort = (one: TaskNeed, other: TaskNeed): boolean =>
  one.hostPorts.some((port) => other.hostPorts.includes(port))
