import { env } from 'node:process'
import { bundleFunctions } from './bundle.ts'

/**
 * Bundles every function before it is zipped. With EBBTIDE_TEMPLATE_ONLY set it bundles and zips nothing: whoever wants
 * only the template, such as the simulator, does not wait for esbuild.
 */
export default class BundleFunctions {
  constructor(serverless) {
    const { service } = serverless
    const prepare = () =>
      env.EBBTIDE_TEMPLATE_ONLY === undefined ? bundleFunctions(service.getAllFunctions()) : skipZips(service)
    this.hooks = {
      'before:package:createDeploymentArtifacts': prepare,
      'before:package:function:package': prepare,
    }
  }
}

/** The framework zips no function that already has an artifact; any file will do, for nothing is uploaded. */
const skipZips = (service) => {
  for (const name of service.getAllFunctions()) service.getFunction(name).package.artifact = 'package.json'
}
