/**
 * Clients send messages to a queue's URL. At the endpoint that URL is the endpoint's own, or else a client would turn to
 * the real SQS; inside, queues keep the URLs that the template's functions know.
 */

interface Place {
  readonly region: string
  /** `127.0.0.1:4566`, as the client called it. */
  readonly host: string
}

type Fields = Readonly<Record<string, unknown>>

/** `http://127.0.0.1:4566/111122223333/drain` as the simulated SQS knows the queue. */
export const insideQueueUrl = (input: Fields, { region }: Place): Fields => {
  const { QueueUrl: url } = input
  if (typeof url !== 'string' || !URL.canParse(url)) return input
  return { ...input, QueueUrl: `https://sqs.${region}.amazonaws.com${new URL(url).pathname}` }
}

/** `QueueUrl` and `QueueUrls` of an answer, as the client can reach them. */
export const outsideQueueUrls = (output: Fields, place: Place): Fields => {
  const { QueueUrl: url, QueueUrls: urls } = output
  return {
    ...output,
    ...(typeof url === 'string' && { QueueUrl: outside(url, place) }),
    ...(Array.isArray(urls) && { QueueUrls: urls.map((each) => outside(String(each), place)) }),
  }
}

const outside = (url: string, { region, host }: Place): string =>
  url.replace(`https://sqs.${region}.amazonaws.com/`, `http://${host}/`)
