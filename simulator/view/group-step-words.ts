import type { GroupStep } from '../scenario/group-steps.ts'
import { counted } from './counted.ts'

/** What somebody asks of an Auto Scaling group. */
export const groupStepInWords = (step: GroupStep): string => {
  switch (step.do) {
    case 'start-instance-refresh':
      return step.strategy === 'Rolling'
        ? `somebody starts an instance refresh of ${step.group}`
        : `somebody starts an instance refresh of ${step.group} that replaces root volumes`
    case 'set-max-instance-lifetime':
      return `somebody sets the maximum instance lifetime of ${step.group} to ${step.lifetimeSeconds} s`
    case 'suspend-processes':
      return `somebody suspends ${step.processes.join(', ') || 'all processes'} of ${step.group}`
    case 'resume-processes':
      return `somebody resumes ${step.processes.join(', ') || 'all processes'} of ${step.group}`
    case 'put-warm-pool':
      return `somebody gives ${step.group} a warm pool, or changes it`
    case 'delete-warm-pool':
      return `somebody deletes the warm pool of ${step.group}${step.byForce ? ' by force' : ''}`
    case 'start-zonal-shift':
      return `somebody shifts ${step.group} away from ${step.awayFrom} for ${counted(step.lastsMinutes, 'minute')}`
    case 'cancel-zonal-shift':
      return `somebody lets ${step.group} back into every zone`
    case 'terminate-retained':
      return `somebody terminates ${counted(step.instances, 'retained instance')} of ${step.group}`
    case 'protect-from-scale-in':
      return `somebody ${step.protected ? 'protects' : 'no longer protects'} ${counted(step.instances, 'instance')} of ${step.group} from scale-in`
  }
}
