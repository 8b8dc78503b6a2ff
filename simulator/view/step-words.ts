import { isCapacityStep } from '../scenario/capacity-steps.ts'
import { isGroupStep } from '../scenario/group-steps.ts'
import { isInterruptionStep } from '../scenario/interruption-steps.ts'
import type { ScriptStep } from '../scenario/script-step.ts'
import { isServiceStep } from '../scenario/service-steps.ts'
import { capacityStepInWords } from './capacity-step-words.ts'
import { counted } from './counted.ts'
import { groupStepInWords } from './group-step-words.ts'
import { interruptionInWords } from './interruption-words.ts'
import { serviceStepInWords } from './service-step-words.ts'

/** A step of the script, as it would be told at a console. */
export const stepInWords = (step: ScriptStep): string => {
  if (isInterruptionStep(step)) return interruptionInWords(step)
  if (isCapacityStep(step)) return capacityStepInWords(step)
  if (isGroupStep(step)) return groupStepInWords(step)
  if (isServiceStep(step)) return serviceStepInWords(step)
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
    case 'delete-hook':
      return `somebody deletes the lifecycle hook ${step.hook} of ${step.group}`
    case 'put-hook':
      return `somebody puts the lifecycle hook ${step.hook} on ${step.group}, with a timeout of ${step.heartbeatTimeoutSeconds} s`
    case 'lose-zone':
      return `every machine of ${step.group} in ${step.zone} dies`
  }
}
