/** Says whether one value of an event matches; `undefined` is a field that the event does not have. */
export type LeafMatcher = (value: unknown) => boolean

type Scalar = string | number | boolean | null

export const isMatcherList = (condition: unknown): condition is readonly unknown[] => Array.isArray(condition)

/** Compiles the list behind a field: one of its entries must match. */
export const compileLeaf = (field: string, entries: readonly unknown[]): LeafMatcher => {
  if (entries.length === 0) throw new Error(`"${field}" has an empty list, which matches nothing`)
  const matchers = entries.map((entry) => (isScalar(entry) ? equals(entry) : compileFilter(field, entry)))
  return (value) => matchers.some((matches) => matches(value))
}

/** The content filters, such as `{ "prefix": "EC2" }`. Each object holds exactly one. */
const compileFilter = (field: string, filter: unknown): LeafMatcher => {
  const [first, ...others] = Object.entries(filter as Readonly<Record<string, unknown>>)
  if (first === undefined || others.length > 0)
    throw new Error(`"${field}" needs one content filter in each object`)
  const [name, operand] = first
  const compile = filters[name]
  if (compile === undefined) throw new Error(`"${field}": the content filter "${name}" is not modelled`)
  return compile(operand)
}

const filters: Readonly<Record<string, (operand: unknown) => LeafMatcher>> = {
  exists: (operand) => {
    if (typeof operand !== 'boolean') throw new Error('"exists" needs true or false')
    return (value) => (value !== undefined) === operand
  },
  prefix: (operand) => caseAware('prefix', operand, (text, part) => text.startsWith(part)),
  suffix: (operand) => caseAware('suffix', operand, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (operand) => ofText('equals-ignore-case', operand, sameIgnoringCase),
  wildcard: (operand) => {
    const expression = wildcardExpression(text('wildcard', operand))
    return (value) => typeof value === 'string' && expression.test(value)
  },
  numeric: (operand) => compileNumeric(operand),
  'anything-but': (operand) => compileAnythingBut(operand),
}

/** A field that is missing matches no "anything-but": there must be something. */
const compileAnythingBut = (operand: unknown): LeafMatcher => {
  const excluded =
    isScalar(operand) || isMatcherList(operand) ? anyOf(operand) : compileFilterOfTexts(operand)
  return (value) => value !== undefined && !excluded(value)
}

const anyOf = (operand: Scalar | readonly unknown[]): LeafMatcher => {
  const values = Array.isArray(operand) ? operand : [operand]
  if (values.length === 0 || !values.every(isScalar)) throw new Error('"anything-but" needs values')
  return (value) => values.some((excluded) => value === excluded)
}

const filtersOfAnythingBut = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard']

/** Inside "anything-but" a filter takes a text or a list of texts. */
const compileFilterOfTexts = (filter: unknown): LeafMatcher => {
  const [[name, operand] = ['nothing', undefined]] = Object.entries(
    filter as Readonly<Record<string, unknown>>,
  )
  if (!filtersOfAnythingBut.includes(name)) throw new Error(`"anything-but" with "${name}" is not modelled`)
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  const matchers = operands.map((part) => compileFilter('anything-but', { [name]: part }))
  return (value) => matchers.some((matches) => matches(value))
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
}

/** `["=", 5]`, or a range such as `[">", 0, "<=", 5]`. */
const compileNumeric = (operand: unknown): LeafMatcher => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new Error('"numeric" needs one or two comparisons')
  }
  const checks = [0, 2]
    .filter((start) => start < operand.length)
    .map((start) => comparison(operand[start], operand[start + 1]))
  return (value) => typeof value === 'number' && checks.every((holds) => holds(value))
}

const comparison = (operator: unknown, limit: unknown): ((value: number) => boolean) => {
  const compare = comparisons[String(operator)]
  if (compare === undefined) throw new Error(`"numeric" does not know the operator "${String(operator)}"`)
  if (typeof limit !== 'number') throw new Error('"numeric" compares with numbers only')
  return (value) => compare(value, limit)
}

/** `prefix` and `suffix` take a text, or `{ "equals-ignore-case": text }`. */
const caseAware = (
  name: string,
  operand: unknown,
  test: (text: string, part: string) => boolean,
): LeafMatcher => {
  if (typeof operand === 'string') return ofText(name, operand, test)
  const part = (operand as { 'equals-ignore-case'?: unknown } | null)?.['equals-ignore-case']
  return ofText(name, part, (value, other) => test(value.toLowerCase(), other.toLowerCase()))
}

const ofText = (
  name: string,
  operand: unknown,
  test: (text: string, part: string) => boolean,
): LeafMatcher => {
  const part = text(name, operand)
  return (value) => typeof value === 'string' && test(value, part)
}

const text = (name: string, operand: unknown): string => {
  if (typeof operand === 'string') return operand
  throw new Error(`"${name}" needs a text`)
}

const sameIgnoringCase = (value: string, other: string): boolean =>
  value.toLowerCase() === other.toLowerCase()

/** `*` stands for any text; `\*` and `\\` for themselves. Two asterisks in a row are refused by EventBridge. */
const wildcardExpression = (pattern: string): RegExp => {
  if (/(?<!\\)\*\*/.test(pattern)) throw new Error('"wildcard" may not hold two asterisks in a row')
  const parts = pattern.match(/\\.|\*|[^\\*]+/gs) ?? []
  const source = parts.map((part) => (part === '*' ? '.*' : literally(part.replace(/^\\(.)$/s, '$1'))))
  return new RegExp(`^${source.join('')}$`, 's')
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

const equals =
  (expected: Scalar): LeafMatcher =>
  (value) =>
    value === expected

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
