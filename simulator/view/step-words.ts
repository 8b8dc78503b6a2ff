import type { ScriptStep } from '../scenario/script-step.ts'
import { counted } from './counted.ts'

/** A step of the script, as it would be told at a console. */
export const stepInWords = (step: ScriptStep): string => {
  switch (step.do) {
    case 'set-desired-capacity':
      return `somebody sets the desired capacity of ${step.group} to ${step.desired}`
    case 'terminate-in-group':
      return `somebody has ${step.group} terminate ${counted(step.instances, 'instance')}${step.decrementDesiredCapacity ? ' for good' : ', to be replaced'}`
    case 'terminate-by-hand':
      return `somebody terminates ${counted(step.instances, 'instance')} of ${step.group} in EC2, past every hook`
    case 'disconnect-agent':
      return `the ECS agent on ${counted(step.instances, 'instance')} of ${step.group} loses its connection`
    case 'connect-agent':
      return `the ECS agent on ${counted(step.instances, 'instance')} of ${step.group} is connected again`
    case 'set-container-instances':
      return `somebody sets ${counted(step.instances, 'container instance')} of ${step.group} to ${step.status}`
    case 'lose-events':
      return `EventBridge loses every event for ${step.untilSeconds - step.atSeconds} s`
    case 'update-service':
      return `somebody updates the service ${step.service}${changesOf(step)}`
    case 'delete-hook':
      return `somebody deletes the lifecycle hook ${step.hook} of ${step.group}`
  }
}

const changesOf = (step: Extract<ScriptStep, { do: 'update-service' }>): string => {
  const changes = [
    step.desired === undefined ? [] : [`desired count ${step.desired}`],
    step.minimumHealthyPercent === undefined ? [] : [`minimumHealthyPercent ${step.minimumHealthyPercent}`],
    step.maximumPercent === undefined ? [] : [`maximumPercent ${step.maximumPercent}`],
  ].flat()
  return changes.length === 0 ? '' : `: ${changes.join(', ')}`
}
