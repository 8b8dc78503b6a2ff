import { ServiceError } from '../operation.ts'
import { requireWithin } from './validation.ts'

export interface PageRequest {
  readonly MaxRecords?: number | undefined
  readonly NextToken?: string | undefined
}

interface PageRules<Item> {
  /** Unique. A list from which items may leave between two pages must be in the order of its keys. */
  readonly keyOf: (item: Item) => string
  readonly defaultSize: number
  readonly largestSize: number
}

/**
 * One page of the items, and the token of the next page if there is one. The token names the last item shown, so that
 * what comes or goes between two pages makes no other item appear twice or not at all.
 *
 * @throws {ServiceError} `InvalidNextToken` for a token that this did not make.
 */
export const pageOf = <Item>(
  items: readonly Item[],
  request: PageRequest,
  rules: PageRules<Item>,
): { readonly page: readonly Item[]; readonly next: { readonly NextToken?: string } } => {
  const size = request.MaxRecords ?? rules.defaultSize
  requireWithin('MaxRecords', size, { least: 1, most: rules.largestSize })
  const start = request.NextToken === undefined ? 0 : startAfter(items, decode(request.NextToken), rules)
  const page = items.slice(start, start + size)
  const last = page.at(-1)
  if (last === undefined || start + size >= items.length) return { page, next: {} }
  return { page, next: { NextToken: encode(rules.keyOf(last)) } }
}

/** When the last item shown has left, its order says where it stood. */
const startAfter = <Item>(items: readonly Item[], key: string, { keyOf }: PageRules<Item>): number => {
  const last = items.findIndex((item) => keyOf(item) === key)
  if (last !== -1) return last + 1
  const next = items.findIndex((item) => keyOf(item) > key)
  return next === -1 ? items.length : next
}

const MARK = 'after '

const encode = (key: string): string => Buffer.from(MARK + key).toString('base64')

const decode = (token: string): string => {
  const text = Buffer.from(token, 'base64').toString()
  if (!text.startsWith(MARK)) throw new ServiceError('InvalidNextToken', `The token '${token}' is invalid.`)
  return text.slice(MARK.length)
}
