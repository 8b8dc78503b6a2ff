import { ServiceError } from '../operation.ts'
import { attributeOf } from './attributes.ts'
import { countTasks, type ContainerInstance } from './cluster.ts'
import { parseQuery, type Comparison, type Query } from './query-syntax.ts'

type Matcher = (containerInstance: ContainerInstance) => boolean

/**
 * Whether a container instance satisfies an expression of the cluster query language.
 *
 * @throws {ServiceError} InvalidParameterException for an expression that ECS would not take, naming its fault.
 */
export const compileQuery = (text: string): Matcher => compile(parseQuery(text))

const compile = (query: Query): Matcher => {
  switch (query.kind) {
    case 'and':
    case 'or': {
      const left = compile(query.left)
      const right = compile(query.right)
      return query.kind === 'and'
        ? (containerInstance) => left(containerInstance) && right(containerInstance)
        : (containerInstance) => left(containerInstance) || right(containerInstance)
    }
    case 'not': {
      const inner = compile(query.query)
      return (containerInstance) => !inner(containerInstance)
    }
    case 'test':
      return compileTest(query)
  }
}

interface Subject {
  readonly valuesOf: (containerInstance: ContainerInstance) => readonly string[]
  readonly comparisons: readonly Comparison[]
  /** How `<` and its like order two values. */
  readonly toNumber?: (value: string) => number
}

const likeText: readonly Comparison[] = ['==', '!=', 'in', '!in', '=~', '!~']
const likeNumber: readonly Comparison[] = ['==', '!=', '>', '>=', '<', '<=']

/** "1.105.1" as one number, so that versions compare part by part. */
const versionNumber = (version: string): number =>
  version.split('.').reduce((sum, part) => sum * 10_000 + Number(part), 0)

const subjects: Readonly<Record<string, Subject>> = {
  agentConnected: { comparisons: likeText, valuesOf: ({ agentConnected }) => [String(agentConnected)] },
  ec2InstanceId: { comparisons: likeText, valuesOf: ({ instanceId }) => [instanceId] },
  'task:group': {
    comparisons: [...likeText, 'exists', '!exists'],
    valuesOf: ({ tasks }) => Array.from(tasks, ({ group }) => group),
  },
  agentVersion: {
    comparisons: likeNumber,
    toNumber: versionNumber,
    valuesOf: ({ agentVersion }) => [agentVersion],
  },
  registeredAt: {
    comparisons: likeNumber,
    toNumber: (date) => Date.parse(date),
    valuesOf: ({ registeredAt }) => [new Date(registeredAt).toISOString()],
  },
  runningTasksCount: {
    comparisons: likeNumber,
    toNumber: Number,
    valuesOf: ({ tasks }) => [String(countTasks(tasks).running)],
  },
}

const subjectOf = (name: string): Subject => {
  if (name.startsWith('attribute:')) return attributeSubject(name.slice('attribute:'.length))
  const subject = subjects[name]
  if (subject === undefined) throw refused(`unknown subject ${name}`)
  return subject
}

/** An attribute without value exists and equals nothing. */
const attributeSubject = (attribute: string): Subject => ({
  comparisons: [...likeText, 'exists', '!exists'],
  valuesOf: (containerInstance) => {
    const value = attributeOf(containerInstance, attribute)
    return value === undefined ? [] : [value]
  },
})

const compileTest = ({ subject: name, comparison, values }: Extract<Query, { kind: 'test' }>): Matcher => {
  const subject = subjectOf(name)
  if (!subject.comparisons.includes(comparison)) throw refused(`${name} does not support ${comparison}`)
  const test = testOf(comparison, values, subject.toNumber)
  return (containerInstance) => test(subject.valuesOf(containerInstance))
}

type Test = (actual: readonly string[]) => boolean

const testOf = (comparison: Comparison, values: readonly string[], toNumber: Subject['toNumber']): Test => {
  const [first = ''] = values
  const order = orderOf(first, toNumber)
  switch (comparison) {
    case 'exists':
      return (actual) => actual.length > 0
    case '!exists':
      return (actual) => actual.length === 0
    case '==':
    case 'in':
      return (actual) => actual.some((value) => isAmong(value, values, toNumber))
    case '!=':
    case '!in':
      return (actual) => !actual.some((value) => isAmong(value, values, toNumber))
    case '=~':
      return (actual) => actual.some((value) => patternOf(first).test(value))
    case '!~':
      return (actual) => !actual.some((value) => patternOf(first).test(value))
    case '>':
      return (actual) => actual.some((value) => order(value) > 0)
    case '>=':
      return (actual) => actual.some((value) => order(value) >= 0)
    case '<':
      return (actual) => actual.some((value) => order(value) < 0)
    case '<=':
      return (actual) => actual.some((value) => order(value) <= 0)
  }
}

const orderOf =
  (limit: string, toNumber: Subject['toNumber']) =>
  (value: string): number =>
    toNumber === undefined ? 0 : toNumber(value) - toNumber(limit)

const isAmong = (value: string, values: readonly string[], toNumber: Subject['toNumber']): boolean =>
  values.some((other) => (toNumber === undefined ? other === value : orderOf(other, toNumber)(value) === 0))

/** A pattern has to match the whole value, as Java's matches() does. */
const patternOf = (pattern: string): RegExp => {
  try {
    return new RegExp(`^(?:${pattern})$`)
  } catch (cause) {
    throw refused(`the pattern ${pattern} (${String(cause)})`)
  }
}

const refused = (fault: string): ServiceError =>
  new ServiceError('InvalidParameterException', `Invalid filter expression: ${fault}`)
