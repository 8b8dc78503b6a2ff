import { ServiceError } from '../operation.ts'
import { MAX_BATCH_ENTRIES } from './limits.ts'

interface BatchEntry {
  readonly Id: string | undefined
}

/**
 * Answers a batch entry by entry: one that fails is reported beside the others, as SQS does, and never fails the call.
 *
 * @throws {ServiceError} when the batch itself is empty, too long, or names an entry twice.
 */
export const answerBatch = <Entry extends BatchEntry>(
  entries: readonly Entry[] | undefined,
  answer: (entry: Entry) => object,
): { Successful: object[]; Failed: object[] } => {
  const checked = checkEntries(entries ?? [])
  const results = { Successful: [] as object[], Failed: [] as object[] }
  for (const entry of checked) {
    try {
      results.Successful.push({ Id: entry.Id, ...answer(entry) })
    } catch (error) {
      results.Failed.push(failedEntry(entry, error))
    }
  }
  return results
}

const failedEntry = ({ Id }: BatchEntry, error: unknown): object => {
  // The batch as a whole is refused when its queue is missing; anything but an answer of the service is our defect.
  if (!(error instanceof ServiceError) || error.code === 'QueueDoesNotExist') throw error
  return { Id, Code: error.code, Message: error.message, SenderFault: error.fault === 'client' }
}

const checkEntries = <Entry extends BatchEntry>(entries: readonly Entry[]): readonly Entry[] => {
  if (entries.length === 0) throw new ServiceError('EmptyBatchRequest', 'The batch has no entries.')
  if (entries.length > MAX_BATCH_ENTRIES) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequest',
      `A batch has at most ${MAX_BATCH_ENTRIES} entries.`,
    )
  }
  if (new Set(entries.map(({ Id }) => Id)).size === entries.length) return entries
  throw new ServiceError('BatchEntryIdsNotDistinct', 'Two entries of the batch have the same id.')
}
