/**
 * More pages than this from one listing mean that something is wrong: the largest cluster has 50 pages of instances (5,000,
 * "Amazon ECS service quotas"). What may be longer says so.
 */
const MOST_PAGES = 100

/** Splits arguments into chunks that one describe call accepts. An empty list gives no chunk, and so no call. */
export const chunksOf = <Item>(items: readonly Item[], size: number): readonly Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

/**
 * Collects a paged listing to its last page. A page may be empty and still not be the last: only the token tells.
 *
 * @throws when a listing does not end.
 */
export const allPages = async <Item>(
  readPage: (token: string | undefined) => Promise<{ items: readonly Item[]; token?: string | undefined }>,
  mostPages = MOST_PAGES,
): Promise<readonly Item[]> => {
  const all: Item[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await readPage(token)
    all.push(...answer.items)
    token = answer.token
    if (token === undefined || token === '') return all
  }
  throw new Error(`a listing did not end after ${mostPages} pages`)
}
