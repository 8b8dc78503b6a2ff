/**
 * Stands in for the SDK's event streams in the bundles. Only calls that stream events need them, such as S3's
 * SelectObjectContent, and none of ours does; they are a thirtieth of a bundle.
 */
const refuse = (): never => {
  throw new Error('no call of this project streams events')
}

export const eventStreamSerdeProvider = (): object => ({ serialize: refuse, deserialize: refuse })

export const resolveEventStreamSerdeConfig = <Config extends object>(config: Config): Config => config

export const EventStreamSerde = refuse
