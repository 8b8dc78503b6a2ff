/** What ECS reports inside a 200 answer; the SDK does not throw for it. */
interface Failure {
  readonly arn?: string | undefined
  readonly reason?: string | undefined
  readonly detail?: string | undefined
}

/**
 * ECS answers a describe call with 200 even if it knows none of the things asked for. `MISSING` means just that, and
 * the caller finds the thing absent; any other reason is an error.
 *
 * @throws naming the thing and ECS's reason.
 */
export const allowOnlyMissing = (doing: string, failures: readonly Failure[] | undefined): void => {
  allowNone(
    doing,
    failures?.filter(({ reason }) => reason !== 'MISSING'),
  )
}

/** For calls in which every failure is an error. */
export const allowNone = (doing: string, failures: readonly Failure[] | undefined): void => {
  const [first] = failures ?? []
  if (first === undefined) return
  throw new Error(
    `${doing}: ${first.arn ?? 'it'} failed with ${first.reason ?? 'no reason'} ${first.detail ?? ''}`.trim(),
  )
}
