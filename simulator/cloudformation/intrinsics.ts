/** What intrinsic functions are resolved against. */
export interface Scope {
  /** @throws {Error} when there is no such parameter or resource. */
  readonly ref: (name: string) => unknown
  readonly attribute: (logicalId: string, name: string) => string
  /** The truth of a named condition. */
  readonly condition: (name: string) => boolean
}

/** The value of `AWS::NoValue`: a property or list item that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue')

type Intrinsic = (operand: unknown, scope: Scope) => unknown

/**
 * Replaces every intrinsic function in a value of a template ("Intrinsic function reference").
 *
 * @throws {Error} naming a function that is not modelled.
 */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE)
  if (typeof value !== 'object' || value === null) return value
  const [first, ...others] = Object.entries(value)
  if (first !== undefined && others.length === 0 && isIntrinsic(first[0]))
    return callIntrinsic(first[0], first[1], scope)
  const fields = Object.entries(value).map(([key, field]) => [key, resolve(field, scope)] as const)
  return Object.fromEntries(fields.filter(([, field]) => field !== NO_VALUE))
}

/** Resolves what stands under `Conditions`. */
export const resolveCondition = (expression: unknown, scope: Scope): boolean => {
  const [[name, operand] = ['nothing', undefined]] = Object.entries(expression as object)
  if (name === 'Condition') return scope.condition(text('Condition', operand))
  const evaluate = conditionFunctions[name]
  if (evaluate === undefined) throw new Error(`the condition function ${name} is not modelled`)
  return evaluate(list(name, operand), scope)
}

const isIntrinsic = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::')

const callIntrinsic = (name: string, operand: unknown, scope: Scope): unknown => {
  const intrinsic = intrinsics[name]
  if (intrinsic === undefined) throw new Error(`the intrinsic function ${name} is not modelled`)
  return intrinsic(operand, scope)
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (operand, scope) => scope.ref(text('Ref', operand)),
  'Fn::GetAtt': (operand, scope) => {
    const [logicalId = '', ...names] = Array.isArray(operand)
      ? operand.map(String)
      : text('Fn::GetAtt', operand).split('.')
    return scope.attribute(logicalId, names.join('.'))
  },
  'Fn::Sub': (operand, scope) => {
    const [template, variables = {}] = Array.isArray(operand) ? (operand as unknown[]) : [operand]
    return substitute(text('Fn::Sub', template), resolve(variables, scope) as Record<string, unknown>, scope)
  },
  'Fn::Join': (operand, scope) => {
    const [separator, items] = list('Fn::Join', operand)
    return list('Fn::Join', resolve(items, scope)).map(String).join(text('Fn::Join', separator))
  },
  'Fn::Select': (operand, scope) => {
    const [index, items] = list('Fn::Select', resolve(operand, scope))
    const item = list('Fn::Select', items)[Number(index)]
    if (item === undefined) throw new Error(`Fn::Select finds nothing at ${String(index)}`)
    return item
  },
  'Fn::Split': (operand, scope) => {
    const [separator, joined] = list('Fn::Split', resolve(operand, scope))
    return text('Fn::Split', joined).split(text('Fn::Split', separator))
  },
  'Fn::If': (operand, scope) => {
    const [condition, ifTrue, ifFalse] = list('Fn::If', operand)
    return resolve(scope.condition(text('Fn::If', condition)) ? ifTrue : ifFalse, scope)
  },
}

const conditionFunctions: Readonly<Record<string, (operands: readonly unknown[], scope: Scope) => boolean>> =
  {
    'Fn::Equals': (operands, scope) => {
      const [one, other] = operands.map((operand) => resolve(operand, scope))
      return String(one) === String(other)
    },
    'Fn::Not': ([operand], scope) => !resolveCondition(operand, scope),
    'Fn::And': (operands, scope) => operands.every((operand) => resolveCondition(operand, scope)),
    'Fn::Or': (operands, scope) => operands.some((operand) => resolveCondition(operand, scope)),
  }

/** `${!Literal}` writes `${Literal}`. */
const substitute = (template: string, variables: Record<string, unknown>, scope: Scope): string =>
  template.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    if (Object.hasOwn(variables, name)) return String(variables[name])
    const [logicalId = '', ...attribute] = name.split('.')
    return String(attribute.length === 0 ? scope.ref(name) : scope.attribute(logicalId, attribute.join('.')))
  })

const text = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value
  throw new Error(`${name} needs a text`)
}

const list = (name: string, value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value
  throw new Error(`${name} needs a list`)
}
