/** Where bundles go, seen from the checkout: `serverless.yml` names them there. */
export const BUNDLE_FOLDER = 'build'
