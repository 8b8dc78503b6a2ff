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
  allowOnly(['MISSING'], doing, failures)
}

/**
 * For calls in which other failures are errors.
 *
 * @throws naming the thing and ECS's reason.
 */
export const allowOnly = (
  reasons: readonly string[],
  doing: string,
  failures: readonly Failure[] = [],
): void => {
  const other = failures.find(({ reason = '' }) => !reasons.includes(reason))
  if (other === undefined) return
  const { arn = 'it', reason = 'no reason', detail = '' } = other
  throw new Error(`${doing}: ${arn} failed with ${reason} ${detail}`.trim())
}
