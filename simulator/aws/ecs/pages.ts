import { ServiceError } from '../operation.ts'

export interface PageRequest {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

export interface Page {
  readonly arns: string[]
  readonly nextToken?: string
}

/** The largest page of every List call of ECS. */
const LARGEST_PAGE = 100

/**
 * One page of ARNs. The token names the last one given, so a list that changes between two pages neither repeats nor
 * skips what stays in it.
 *
 * @throws {ServiceError} InvalidParameterException for a page size or token that ECS would not take.
 */
export const pageOf = (
  arns: readonly string[],
  { maxResults, nextToken }: PageRequest,
  defaultSize = LARGEST_PAGE,
): Page => {
  const size = maxResults ?? defaultSize
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    throw new ServiceError('InvalidParameterException', `maxResults must be between 1 and ${LARGEST_PAGE}.`)
  }
  const last = nextToken === undefined ? '' : readToken(nextToken)
  const rest = arns.filter((arn) => arn > last).sort()
  const page = rest.slice(0, size)
  const end = page.at(-1)
  return rest.length > size && end !== undefined ? { arns: page, nextToken: writeToken(end) } : { arns: page }
}

const writeToken = (arn: string): string => Buffer.from(arn).toString('base64url')

const readToken = (token: string): string => {
  const arn = Buffer.from(token, 'base64url').toString()
  if (arn.startsWith('arn:')) return arn
  throw new ServiceError('InvalidParameterException', 'Invalid token.')
}
