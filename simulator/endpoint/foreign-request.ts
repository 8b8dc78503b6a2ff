import type { IncomingHttpHeaders } from 'node:http'

/** What clients on this machine call it. */
const OUR_NAMES = ['127.0.0.1', 'localhost', '[::1]']

/** What a client leaves out of `Host`. */
const HTTP_PORT = 80

/** From no page at all: the address line, or what the endpoint itself showed. Same-site is another port of this machine. */
const OUR_SITES = ['none', 'same-origin']

/**
 * Browsers let any page send requests to loopback, and a name that is made to point here even read the answers ("DNS
 * rebinding"). Clients of AWS name the endpoint as it is, and no page as where they come from ("Fetch Metadata Request
 * Headers", W3C).
 *
 * @returns a sentence why the request is refused; undefined when it is one of ours.
 */
export const whyNotOurs = (headers: IncomingHttpHeaders, port: number | undefined): string | undefined => {
  const { host = '', origin, 'sec-fetch-site': site = 'none' } = headers
  if (!namesOf(port).includes(host.toLowerCase()))
    return `Ask for one of ${namesOf(port).join(', ')}: nobody else is answered.`
  if (origin !== undefined || !OUR_SITES.includes(site)) return 'Web pages are not answered.'
  return undefined
}

const namesOf = (port: number | undefined): readonly string[] =>
  OUR_NAMES.flatMap((name) => [`${name}:${port}`, ...(port === HTTP_PORT ? [name] : [])])
