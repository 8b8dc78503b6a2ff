import type { Random } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'

/** What a custom resource puts to the URL that it was given: the text of its answer. */
type Answered = (body: string) => void

/** The host of the pre-signed URLs that CloudFormation hands to custom resources in this region. */
const HOST = 'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com'

/** The pre-signed URLs at which CloudFormation waits for answers ("Custom resource request objects", ResponseURL). */
export class ResponseUrls {
  readonly #random: Random
  readonly #waiting = new Map<string, Answered>()

  constructor(simulation: Simulation) {
    this.#random = simulation.randomFor('response urls')
  }

  issue(onAnswer: Answered): string {
    const url = `${HOST}/${this.#random.hex(32)}?X-Amz-Signature=${this.#random.hex(64)}`
    this.#waiting.set(url, onAnswer)
    return url
  }

  /**
   * An HTTP PUT to the URL. The bucket behind it takes every answer, late and second ones too; only the first one that
   * comes while CloudFormation waits is read.
   *
   * @throws {Error} for a URL that nobody issued, which the bucket refuses.
   */
  put(url: string, body: string): void {
    const onAnswer = this.#waiting.get(url)
    if (onAnswer === undefined) throw new Error('403 Forbidden: the signature of the URL does not match')
    onAnswer(body)
  }
}
