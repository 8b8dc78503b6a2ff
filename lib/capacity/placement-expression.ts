/**
 * The part of the cluster query language that is modelled: attributes compared with `==`, `!=`, `in`, `!in`, `exists` and
 * `!exists`, joined by `and`, `or`, `not` and parentheses, in both spellings of each ("Create expressions to define
 * container instances for Amazon ECS tasks").
 */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | {
      readonly kind: 'attribute'
      readonly name: string
      readonly operator: '==' | '!=' | 'exists' | '!exists'
      /** One for `==`, several for `in`, which is `==` any of them; none for `exists`. */
      readonly values: readonly string[]
    }

type ParsedExpression =
  | { readonly kind: 'modelled'; readonly expression: Expression }
  /** What of it is not understood, to be named. */
  | { readonly kind: 'unmodelled'; readonly what: string }

/**
 * Reads `attribute:ecs.availability-zone in [eu-west-1a, eu-west-1b] and attribute:stack == prod`. Whatever else the
 * language has (`task:group`, patterns, versions, …) is unmodelled and named; so is a mixture of `and` and `or` without
 * parentheses, since AWS does not say which binds closer.
 */
export const parseExpression = (text: string): ParsedExpression => {
  const tokens = text.match(TOKEN) ?? []
  const read = readCompound(tokens, 0)
  if (read.kind === 'failed') return { kind: 'unmodelled', what: read.what }
  const rest = tokens[read.next]
  return rest === undefined
    ? { kind: 'modelled', expression: read.expression }
    : { kind: 'unmodelled', what: `${rest} in ${text}` }
}

const TOKEN = /&&|\|\||==|!=|=~|!~|>=|<=|[()[\],!<>]|[^\s()[\],!<>=&|~]+|\S/g

type Read =
  | { readonly kind: 'read'; readonly expression: Expression; readonly next: number }
  | { readonly kind: 'failed'; readonly what: string }

const joints: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['and', 'and'],
  ['&&', 'and'],
  ['or', 'or'],
  ['||', 'or'],
])

const readCompound = (tokens: readonly string[], start: number): Read => {
  const first = readPart(tokens, start)
  if (first.kind === 'failed') return first
  const parts = [first.expression]
  const kind = joints.get(tokens[first.next] ?? '')
  let next = first.next
  while (kind !== undefined && joints.get(tokens[next] ?? '') === kind) {
    const part = readPart(tokens, next + 1)
    if (part.kind === 'failed') return part
    parts.push(part.expression)
    next = part.next
  }
  const expression = kind === undefined ? first.expression : ({ kind, parts } as const)
  return { kind: 'read', expression, next }
}

const readPart = (tokens: readonly string[], start: number): Read => {
  const token = tokens[start]
  if (token === undefined) return failed('an expression that ends too soon')
  if (token === 'not' || token === '!') {
    const part = readPart(tokens, start + 1)
    return part.kind === 'failed' ? part : { ...part, expression: { kind: 'not', part: part.expression } }
  }
  if (token !== '(') return readTest(tokens, start)
  const inner = readCompound(tokens, start + 1)
  if (inner.kind === 'failed') return inner
  return tokens[inner.next] === ')' ? { ...inner, next: inner.next + 1 } : failed('an open parenthesis')
}

const ATTRIBUTE = 'attribute:'

const readTest = (tokens: readonly string[], start: number): Read => {
  const subject = tokens[start] ?? ''
  if (!subject.startsWith(ATTRIBUTE)) return failed(subject)
  const isNegated = tokens[start + 1] === '!'
  const at = isNegated ? start + 2 : start + 1
  const spelling = `${isNegated ? '!' : ''}${tokens[at] ?? ''}`
  const operator = operators.get(spelling)
  if (operator === undefined) return failed(`${subject} ${spelling}`)
  const values = readValues(tokens, at + 1, operator.takes)
  if (values === undefined) return failed(`the argument of ${subject} ${spelling}`)
  const name = subject.slice(ATTRIBUTE.length)
  const expression = { kind: 'attribute', name, operator: operator.is, values: values.values } as const
  return { kind: 'read', expression, next: values.next }
}

type Takes = 'nothing' | 'one' | 'list'

const operators: ReadonlyMap<
  string,
  { readonly is: '==' | '!=' | 'exists' | '!exists'; readonly takes: Takes }
> = new Map([
  ['==', { is: '==', takes: 'one' }],
  ['equals', { is: '==', takes: 'one' }],
  ['!=', { is: '!=', takes: 'one' }],
  ['not_equals', { is: '!=', takes: 'one' }],
  ['in', { is: '==', takes: 'list' }],
  ['!in', { is: '!=', takes: 'list' }],
  ['not_in', { is: '!=', takes: 'list' }],
  ['exists', { is: 'exists', takes: 'nothing' }],
  ['!exists', { is: '!exists', takes: 'nothing' }],
  ['not_exists', { is: '!exists', takes: 'nothing' }],
])

const WORD = /^[^()[\],!<>=&|~'"]+$/

const readValues = (
  tokens: readonly string[],
  start: number,
  takes: Takes,
): { readonly values: readonly string[]; readonly next: number } | undefined => {
  if (takes === 'nothing') return { values: [], next: start }
  const first = tokens[start] ?? ''
  if (takes === 'one') return WORD.test(first) ? { values: [first], next: start + 1 } : undefined
  const end = tokens.indexOf(']', start)
  const items = tokens.slice(start + 1, end).filter((_, index) => index % 2 === 0)
  const commas = tokens.slice(start + 1, end).filter((_, index) => index % 2 === 1)
  const isList = first === '[' && end > start && items.length === commas.length + 1
  return isList && items.every((item) => WORD.test(item)) && commas.every((comma) => comma === ',')
    ? { values: items, next: end + 1 }
    : undefined
}

const failed = (what: string): Read => ({ kind: 'failed', what })

/**
 * Whether an instance's attributes satisfy it; undefined where AWS does not say, which is a comparison by `!=` or `!in`
 * with an attribute that the instance does not have.
 */
export const evaluate = (
  expression: Expression,
  attributes: Readonly<Record<string, string>>,
): boolean | undefined => {
  switch (expression.kind) {
    case 'and':
      return everyOne(expression.parts.map((part) => evaluate(part, attributes)))
    case 'or':
      return not(everyOne(expression.parts.map((part) => not(evaluate(part, attributes)))))
    case 'not':
      return not(evaluate(expression.part, attributes))
    case 'attribute':
      return compare(expression, attributes[expression.name])
  }
}

const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)

const everyOne = (values: readonly (boolean | undefined)[]): boolean | undefined => {
  if (values.includes(false)) return false
  return values.includes(undefined) ? undefined : true
}

const compare = (
  { operator, values }: Extract<Expression, { kind: 'attribute' }>,
  actual: string | undefined,
): boolean | undefined => {
  switch (operator) {
    case 'exists':
      return actual !== undefined
    case '!exists':
      return actual === undefined
    case '==':
      return actual !== undefined && values.includes(actual)
    case '!=':
      return actual === undefined ? undefined : !values.includes(actual)
  }
}
