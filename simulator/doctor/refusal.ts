import { DeniedCallError } from '../../lib/observe/inspection/asking.ts'

/** Words of the SDK or of AWS in an error's name or message, and what they mean to whoever runs the doctor. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/Region is missing/, 'No AWS region is set: give --region, or set AWS_REGION.'],
  [
    /CredentialsProviderError|Could not load credentials/,
    'No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or run `aws sso login`.',
  ],
  [
    /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure|InvalidSignature/,
    'AWS does not accept the credentials: log in again, for example with `aws sso login`.',
  ],
  [
    /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|TimeoutError/,
    'AWS does not answer: check the network, and that --region names a region.',
  ],
]

/** Why the examination could not be made, in one sentence and one line. */
export const refusalOf = (error: Error): string => {
  const behind = causes(error)
  const denied = behind.find((cause) => cause instanceof DeniedCallError)
  if (denied !== undefined) return denied.message
  const words = behind.map(({ name, message }) => `${name} ${message}`).join(' ')
  const [, meaning] = meanings.find(([pattern]) => pattern.test(words)) ?? []
  return meaning ?? error.message.replaceAll(/\s+/g, ' ')
}

const causes = (error: Error): readonly Error[] =>
  error.cause instanceof Error ? [error, ...causes(error.cause)] : [error]
