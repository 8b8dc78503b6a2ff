import { ServiceError } from '../operation.ts'

export type Comparison =
  '==' | '!=' | '>' | '>=' | '<' | '<=' | 'exists' | '!exists' | 'in' | '!in' | '=~' | '!~'

export type Query =
  | { readonly kind: 'and' | 'or'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly query: Query }
  | {
      readonly kind: 'test'
      readonly subject: string
      readonly comparison: Comparison
      readonly values: readonly string[]
    }

/** Both spellings of each operator. */
const comparisons: Readonly<Record<string, Comparison>> = {
  '==': '==',
  equals: '==',
  '!=': '!=',
  not_equals: '!=',
  '>': '>',
  greater_than: '>',
  '>=': '>=',
  greater_than_equal: '>=',
  '<': '<',
  less_than: '<',
  '<=': '<=',
  less_than_equal: '<=',
  exists: 'exists',
  '!exists': '!exists',
  not_exists: '!exists',
  in: 'in',
  '!in': '!in',
  not_in: '!in',
  '=~': '=~',
  matches: '=~',
  '!~': '!~',
  not_matches: '!~',
}

const TOKEN =
  /\s*(&&|\|\||==|!=|>=|<=|=~|!~|!exists\b|!in\b|[()[\],<>!]|'[^']*'|"[^"]*"|[^\s()[\],=!<>&|'"]+)/y

/**
 * Reads the cluster query language ("Create expressions to define container instances for Amazon ECS tasks").
 *
 * @throws {ServiceError} InvalidParameterException for what is not an expression.
 */
export const parseQuery = (text: string): Query => {
  const tokens = tokenize(text)
  const query = readOr(tokens)
  if (tokens.length > 0) throw malformed(text)
  return query
}

const tokenize = (text: string): string[] => {
  const tokens: string[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const token = TOKEN.exec(text)?.[1]
    if (token === undefined) throw malformed(text)
    tokens.push(token)
  }
  return tokens
}

const readOr = (tokens: string[]): Query => {
  let query = readAnd(tokens)
  while (takeAny(tokens, ['or', '||'])) query = { kind: 'or', left: query, right: readAnd(tokens) }
  return query
}

const readAnd = (tokens: string[]): Query => {
  let query = readNot(tokens)
  while (takeAny(tokens, ['and', '&&'])) query = { kind: 'and', left: query, right: readNot(tokens) }
  return query
}

const readNot = (tokens: string[]): Query => {
  if (takeAny(tokens, ['not', '!'])) return { kind: 'not', query: readNot(tokens) }
  if (!takeAny(tokens, ['('])) return readTest(tokens)
  const query = readOr(tokens)
  expect(tokens, ')')
  return query
}

const readTest = (tokens: string[]): Query => {
  const subject = take(tokens)
  const operator = take(tokens)
  const comparison = comparisons[operator]
  if (comparison === undefined) throw malformed(operator)
  return { kind: 'test', subject, comparison, values: readValues(tokens, comparison) }
}

const readValues = (tokens: string[], comparison: Comparison): readonly string[] => {
  if (comparison === 'exists' || comparison === '!exists') return []
  if (comparison !== 'in' && comparison !== '!in') return [unquote(take(tokens))]
  expect(tokens, '[')
  const values = [unquote(take(tokens))]
  while (takeAny(tokens, [','])) values.push(unquote(take(tokens)))
  expect(tokens, ']')
  return values
}

const take = (tokens: string[]): string => {
  const token = tokens.shift()
  if (token === undefined) throw malformed('the end of the expression')
  return token
}

const takeAny = (tokens: string[], wanted: readonly string[]): boolean => {
  const [next] = tokens
  if (next === undefined || !wanted.includes(next)) return false
  tokens.shift()
  return true
}

const expect = (tokens: string[], wanted: string): void => {
  if (!takeAny(tokens, [wanted])) throw malformed(tokens[0] ?? 'the end of the expression')
}

const unquote = (token: string): string => (/^['"]/.test(token) ? token.slice(1, -1) : token)

const malformed = (where: string): ServiceError =>
  new ServiceError('InvalidParameterException', `Invalid filter expression at ${where}`)
