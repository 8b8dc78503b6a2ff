import { Readable } from 'node:stream'
import { sdkStreamMixin } from '@smithy/core/serde'

/** GetObject gives the bytes of an object as a stream that knows how to become a text, as the SDK's own deserialiser does. */
export const presentS3Output = (output: object): object => {
  const { Body } = output as { readonly Body?: unknown }
  return Body instanceof Uint8Array ? { ...output, Body: sdkStreamMixin(Readable.from([Body])) } : output
}
