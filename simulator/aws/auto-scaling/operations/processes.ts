import type { ResumeProcessesCommandInput, SuspendProcessesCommandInput } from '@aws-sdk/client-auto-scaling'
import type { ScalingProcess } from '../../../world/world-spec.ts'
import { refuseUnmodelledMembers } from '../../unmodelled-input.ts'
import { scalingProcesses } from '../scaling-process.ts'
import { validationError } from '../validation.ts'
import { requireGroup, type OperationContext } from './context.ts'

export const processOperations = (context: OperationContext) => ({
  SuspendProcesses: (input: SuspendProcessesCommandInput): object => {
    refuseUnmodelledMembers('SuspendProcesses', input, ['AutoScalingGroupName', 'ScalingProcesses'])
    const group = requireGroup(context, input.AutoScalingGroupName)
    for (const process of namedProcesses(input.ScalingProcesses))
      if (!group.isSuspended(process)) group.suspended.set(process, context.simulation.now())
    return {}
  },

  /** What stood still goes on at once: every loop looks at the group again. */
  ResumeProcesses: (input: ResumeProcessesCommandInput): object => {
    refuseUnmodelledMembers('ResumeProcesses', input, ['AutoScalingGroupName', 'ScalingProcesses'])
    const group = requireGroup(context, input.AutoScalingGroupName)
    for (const process of namedProcesses(input.ScalingProcesses)) group.suspended.delete(process)
    context.health.lookAtAll(group)
    context.capacity.look(group)
    context.warmPools.look(group)
    context.refreshes.look(group)
    context.lifetimes.plan(group)
    context.rebalancing.look(group)
    return {}
  },
})

/** No names mean all processes. */
const namedProcesses = (names: readonly string[] | undefined): readonly ScalingProcess[] =>
  names === undefined || names.length === 0 ? scalingProcesses : names.map(requireProcess)

const requireProcess = (name: string): ScalingProcess => {
  const process = scalingProcesses.find((known) => known === name)
  if (process === undefined) throw validationError(`${name} is not a valid process type.`)
  return process
}
