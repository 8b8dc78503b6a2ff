import { during } from './errors.ts'

/** Sends the answer of a custom resource to the address that came with the request. */
export type Respond = (url: string, body: string) => Promise<void>

const ATTEMPTS = 3
const TIMEOUT_MS = 5_000

/**
 * Puts the answer to the presigned URL. Without one CloudFormation waits for an hour, so it is tried again.
 *
 * @throws when it could not be delivered; Lambda then runs the whole request again, which changes nothing twice.
 */
export const answerCloudFormation: Respond = (url, body) =>
  during('answering CloudFormation', async () => {
    for (let attempt = 1; ; attempt += 1) {
      const problem = await put(url, body)
      if (problem === undefined) return
      if (attempt >= ATTEMPTS) throw problem
    }
  })

/** The URL is signed for an empty content type. @returns what went wrong, if anything did. */
const put = async (url: string, body: string): Promise<Error | undefined> => {
  try {
    const answer = await fetch(url, {
      method: 'PUT',
      body,
      headers: { 'content-type': '' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return answer.ok ? undefined : new Error(`the answer was refused with ${answer.status}`)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
