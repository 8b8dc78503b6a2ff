import {
  chooseVictims,
  headroomPercent,
  reservationTarget,
  scaleInBudgetPercent,
  scaleInCooldownSeconds,
  scaleMode,
  scaleOutStep,
  type ScaleMode,
} from '../lib/scaling/settings.ts'
import { choice } from '../lib/settings.ts'

/** The parameters that concern measuring and scaling. */
export interface ScalingParameters {
  readonly scale: ScaleMode
  /** Percent of each service's desired count for which there shall be room beside it. */
  readonly headroom: number
  readonly scaleOutStep: number
  readonly scaleInCooldown: number
  /** Percent of a group's instances. */
  readonly scaleInBudget: number
  readonly chooseVictims: 'off' | 'on'
  /** Scaling policies of AWS's own, which follow the metrics. */
  readonly scalingPolicies: 'off' | 'target-tracking' | 'step'
  /** Percent of the instances that shall be needed, for target tracking. */
  readonly reservationTarget: number
}

export const scalingDefinitions = {
  scale: { schema: scaleMode, example: 'advise' },
  headroom: { schema: headroomPercent, example: '10' },
  scaleOutStep: { schema: scaleOutStep, example: '10' },
  scaleInCooldown: { schema: scaleInCooldownSeconds, example: '300' },
  scaleInBudget: { schema: scaleInBudgetPercent, example: '10' },
  chooseVictims: { schema: chooseVictims, example: 'off' },
  scalingPolicies: { schema: choice('off', 'target-tracking', 'step'), example: 'off' },
  reservationTarget: { schema: reservationTarget, example: '100' },
} as const

/** Two who set the desired capacity undo each other's work; and a dry run that changes groups is none. */
export const scalingProblems = (
  { scale, chooseVictims, scalingPolicies }: ScalingParameters,
  run: 'dry' | 'real',
): readonly string[] => [
  ...(scale === 'act' && scalingPolicies !== 'off'
    ? [
        'With "scale=act" Ebbtide sets the desired capacity itself: set --param scalingPolicies=off, or --param scale=advise.',
      ]
    : []),
  ...(run === 'dry' && (scale === 'act' || chooseVictims === 'on' || scalingPolicies !== 'off')
    ? [
        'A dry run changes no group: set --param dryRun=false, or scale=advise with chooseVictims and scalingPolicies off.',
      ]
    : []),
]

/** Whether the stack takes snapshots of the cluster: for somebody who reads the metrics, scales, or chooses. */
export const isMeasured = ({ scale, chooseVictims, scalingPolicies }: ScalingParameters): boolean =>
  scale !== 'off' || chooseVictims === 'on' || scalingPolicies !== 'off'

/** Whether the stack leaves something on its groups, and has to take it away again. */
export const isAttached = ({ scale, chooseVictims }: ScalingParameters): boolean =>
  scale === 'act' || chooseVictims === 'on'
