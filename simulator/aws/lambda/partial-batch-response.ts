import type { InvocationResult } from './invocation.ts'

interface Batch {
  readonly messageIds: readonly string[]
  /** The mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`. */
  readonly reportsBatchItemFailures: boolean
}

/**
 * Which messages of a batch stay in the queue ("Handling errors for an SQS event source in Lambda"). Nothing, null and
 * an empty list mean that all succeeded; everything that Lambda cannot make sense of means that all failed, because
 * one wrong id could stand for any of them.
 */
export const failedMessageIds = (result: InvocationResult, batch: Batch): ReadonlySet<string> => {
  const all = new Set(batch.messageIds)
  if (result.kind !== 'succeeded') return all
  if (!batch.reportsBatchItemFailures) return new Set()
  const failures = itemFailuresOf(JSON.parse(result.response))
  if (failures === 'unreadable') return all
  const ids = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier)
  return ids.every((id): id is string => typeof id === 'string' && all.has(id)) ? new Set(ids) : all
}

/** An object that holds something else than `batchItemFailures` is taken for a misspelt answer, which AWS leaves open. */
const itemFailuresOf = (response: unknown): readonly unknown[] | 'unreadable' => {
  if (response === null || response === '') return []
  if (typeof response !== 'object' || Array.isArray(response)) return 'unreadable'
  if (Object.keys(response).length === 0) return []
  const { batchItemFailures } = response as { batchItemFailures?: unknown }
  if (batchItemFailures === null) return []
  return Array.isArray(batchItemFailures) ? batchItemFailures : 'unreadable'
}
