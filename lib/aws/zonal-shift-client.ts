import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { SignatureV4 } from '@smithy/signature-v4'

/** Reads Application Recovery Controller's list of what is shifted away from a zone. */
export interface ZonalShiftClient {
  /** @returns the JSON body of the answer. @throws when there is none. */
  readonly get: (path: string, query: Readonly<Record<string, string>>) => Promise<unknown>
}

/** As long as the other clients wait; one attempt, because without an answer nothing is taken away. */
const TIMEOUT_MS = 3_000

const SERVICE = 'arc-zonal-shift'

/**
 * A client for the two calls that are made of this service. Its own package would be a sixth of the bundle; region,
 * credentials and hash are those of the Auto Scaling client.
 */
export const createZonalShiftClient = ({ config }: AutoScalingClient): ZonalShiftClient => {
  const { credentials, region, sha256 } = config
  const signer = new SignatureV4({ service: SERVICE, region, credentials, sha256 })
  return {
    get: async (path, query) => {
      const hostname = hostOf(await region())
      const signed = await signer.sign({
        method: 'GET',
        protocol: 'https:',
        hostname,
        path,
        query: { ...query },
        headers: { host: hostname },
      })
      // The signature covers a space as %20.
      const search = new URLSearchParams(query).toString().replaceAll('+', '%20')
      const url = `https://${hostname}${path}?${search}`
      const answer = await fetch(url, {
        headers: signed.headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!answer.ok) throw new Error(`${SERVICE} answered ${answer.status} to GET ${path}`)
      return answer.json()
    },
  }
}

/** "Application Recovery Controller endpoints and quotas"; China has a domain of its own. */
const hostOf = (region: string): string =>
  `${SERVICE}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
