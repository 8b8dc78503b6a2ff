import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts'

import type { ServiceModel } from '../operation.ts'

/** Simulated AWS STS. Nobody signs in to a simulated account, so that everybody is the same user. */
export const securityTokenService = ({ accountId }: { readonly accountId: string }): ServiceModel => ({
  serviceId: 'STS',
  operations: {
    GetCallerIdentity: (): Omit<GetCallerIdentityCommandOutput, '$metadata'> => ({
      Account: accountId,
      Arn: `arn:aws:iam::${accountId}:user/simulated`,
      UserId: 'AIDASIMULATEDUSER0000',
    }),
  },
})
