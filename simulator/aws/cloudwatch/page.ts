import { ServiceError } from '../operation.ts'
import { invalidValue } from './validation.ts'

interface PageRequest {
  readonly size: number
  readonly most: number
  readonly token: string | undefined
}

/**
 * One page of a list that does not change while it is read, and the token of the next if there is one.
 *
 * @throws {ServiceError} `InvalidParameterValue` for a size beyond AWS's, `InvalidNextToken` for a token that is none.
 */
export const pageFrom = <Item>(
  items: readonly Item[],
  { size, most, token }: PageRequest,
): { readonly page: readonly Item[]; readonly next: { readonly NextToken?: string } } => {
  if (!(size >= 1 && size <= most)) throw invalidValue(`A page has between 1 and ${most} items, not ${size}.`)
  const start = token === undefined ? 0 : Number(token)
  if (!Number.isInteger(start) || start < 0)
    throw new ServiceError('InvalidNextToken', `The token ${token} is invalid.`)
  const end = start + size
  return { page: items.slice(start, end), next: end < items.length ? { NextToken: String(end) } : {} }
}
