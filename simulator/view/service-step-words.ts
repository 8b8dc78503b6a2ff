import type { ServiceStep } from '../scenario/service-steps.ts'
import { counted } from './counted.ts'

/** What somebody asks of an ECS service, and what becomes of its image. */
export const serviceStepInWords = (step: ServiceStep): string => {
  switch (step.do) {
    case 'update-service':
      return `somebody updates the service ${step.service}${listedChanges(updatesOf(step))}`
    case 'deploy':
      return `somebody deploys the next revision of ${step.service}${listedChanges(revisionOf(step))}`
    case 'protect-tasks':
      return `somebody protects ${counted(step.tasks, 'task')} of ${step.service} for ${counted(step.minutes, 'minute')}`
    case 'break-image':
      return `the image of ${step.service} can no longer be pulled`
    case 'mend-image':
      return `the image of ${step.service} can be pulled again`
  }
}

type Change = readonly [what: string, value: number | undefined]

const updatesOf = (step: Extract<ServiceStep, { do: 'update-service' }>): readonly Change[] => [
  ['desired count', step.desired],
  ['minimumHealthyPercent', step.minimumHealthyPercent],
  ['maximumPercent', step.maximumPercent],
]

const revisionOf = (step: Extract<ServiceStep, { do: 'deploy' }>): readonly Change[] => [
  ['cpu', step.cpu],
  ['memory', step.memory],
  ['startSeconds', step.startSeconds],
  ['stopSeconds', step.stopSeconds],
  ['stopTimeoutSeconds', step.stopTimeoutSeconds],
]

/** Nothing for what stays as it was. */
const listedChanges = (changes: readonly Change[]): string => {
  const made = changes.flatMap(([what, value]) => (value === undefined ? [] : [`${what} ${value}`]))
  return made.length === 0 ? '' : `: ${made.join(', ')}`
}
