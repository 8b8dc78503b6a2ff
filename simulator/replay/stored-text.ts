import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A file that cannot be used, in one sentence for whoever named it. */
class StoredFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoredFileError'
  }
}

/**
 * The text of a file. CloudWatch Logs exports to S3 are gzipped, and are told by their first bytes, not by their name.
 *
 * @throws {StoredFileError} when there is no such file, or it is damaged.
 */
export const readStoredText = (path: string): string => {
  const bytes = readBytes(path)
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  if (!isGzipped) return bytes.toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (cause) {
    throw new StoredFileError(`${path} is gzipped and damaged.`, { cause })
  }
}

const readBytes = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new StoredFileError(
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${code ?? 'unknown error'}.`,
      { cause },
    )
  }
}
