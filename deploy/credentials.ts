import { fromEnv } from '@aws-sdk/credential-provider-env'

/**
 * Stands in for the SDK's whole credential chain in the bundles. Lambda hands a function its role's credentials in
 * environment variables and nowhere else; profiles, SSO and metadata servers would be a third of each bundle.
 */
export const defaultProvider = () => fromEnv()
