import { checkParameters, unknownParameterProblems } from './parameters.ts'

/** Refuses parameters before anything is packaged or deployed, in sentences and without a stack trace. */
export default class CheckParameters {
  constructor(serverless, options) {
    this.hooks = {
      initialize: () => {
        const problems = [
          ...unknownParameterProblems([options.param ?? []].flat()),
          ...(checkParameters(serverless.service.custom.parameters).problems ?? []),
        ]
        if (problems.length > 0) {
          throw new serverless.classes.Error(problems.join('\n'), 'EBBTIDE_PARAMETERS')
        }
      },
    }
  }
}
