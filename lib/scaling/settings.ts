import * as z from 'zod/mini'

import { readVariables } from '../read-variables.ts'
import { choice, clusterName, groupNames, wholeSeconds } from '../settings.ts'

/** What the functions that measure and scale need to know. All of it comes from stack parameters. */
export interface ScalingSettings {
  readonly cluster: string
  readonly groups: readonly string[]
  /** The lifecycle hook that drains an instance before it ends. */
  readonly hookName: string
  /** The name in the mark that a group carries while this stack scales it. */
  readonly stackName: string
  /** `off`: the groups are measured and nothing more. */
  readonly scale: ScaleMode
  readonly headroomPercent: number
  /** Most instances that are added to a group at once. */
  readonly scaleOutStep: number
  readonly scaleInCooldownSeconds: number
  /** Share of a group's instances that may be leaving at once. */
  readonly scaleInBudgetPercent: number
  /** Auto Scaling asks which instances to take, so candidates are kept for it. */
  readonly choosesVictims: boolean
  /** Where candidates and known machines are kept. */
  readonly bucket: string
}

export type ScaleMode = 'off' | 'advise' | 'act'

/** A number without a fraction, as text. */
const wholeNumber = (least: number, most: number, unit: string) =>
  z
    .pipe(
      z.string('is missing').check(z.regex(/^\d+$/, `is not a whole number of ${unit}`)),
      z.transform(Number),
    )
    .check(
      z.refine((count) => count >= least && count <= most, `must be between ${least} and ${most} ${unit}`),
    )

export const chooseVictims = choice('off', 'on')
export const scaleMode = choice('off', 'advise', 'act')
/** Ten times what runs is no headroom but another cluster. */
export const headroomPercent = wholeNumber(0, 1_000, 'percent')
/** A cluster has 5,000 instances at most (Amazon ECS service quotas). */
export const scaleOutStep = wholeNumber(1, 5_000, 'instances')
export const scaleInCooldownSeconds = wholeSeconds(0, 86_400)
export const scaleInBudgetPercent = wholeNumber(1, 100, 'percent')
/** Like ECS's own target capacity: above 100 the cluster would lack room by design. */
export const reservationTarget = wholeNumber(1, 100, 'percent')

const someName = z.string('is missing').check(z.minLength(1, 'is empty'))

const variables = {
  EBBTIDE_CLUSTER: { parameter: 'cluster', schema: clusterName },
  EBBTIDE_GROUPS: { parameter: 'groups', schema: groupNames },
  EBBTIDE_HOOK_NAME: { parameter: 'cluster', schema: someName },
  EBBTIDE_STACK_NAME: { parameter: 'cluster', schema: someName },
  EBBTIDE_SCALE: { parameter: 'scale', schema: scaleMode },
  EBBTIDE_HEADROOM_PERCENT: { parameter: 'headroom', schema: headroomPercent },
  EBBTIDE_SCALE_OUT_STEP: { parameter: 'scaleOutStep', schema: scaleOutStep },
  EBBTIDE_SCALE_IN_COOLDOWN_SECONDS: { parameter: 'scaleInCooldown', schema: scaleInCooldownSeconds },
  EBBTIDE_SCALE_IN_BUDGET_PERCENT: { parameter: 'scaleInBudget', schema: scaleInBudgetPercent },
  EBBTIDE_CHOOSE_VICTIMS: { parameter: 'chooseVictims', schema: chooseVictims },
  EBBTIDE_SCALING_BUCKET: { parameter: 'cluster', schema: someName },
} as const

/**
 * Reads what the functions that measure and scale are told.
 *
 * @throws {SettingsError} naming each variable that is missing or wrong and the stack parameter that sets it.
 */
export const readScalingSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): ScalingSettings => {
  const values = readVariables(variables, environment)
  return {
    cluster: values.EBBTIDE_CLUSTER,
    groups: values.EBBTIDE_GROUPS,
    hookName: values.EBBTIDE_HOOK_NAME,
    stackName: values.EBBTIDE_STACK_NAME,
    scale: values.EBBTIDE_SCALE,
    headroomPercent: values.EBBTIDE_HEADROOM_PERCENT,
    scaleOutStep: values.EBBTIDE_SCALE_OUT_STEP,
    scaleInCooldownSeconds: values.EBBTIDE_SCALE_IN_COOLDOWN_SECONDS,
    scaleInBudgetPercent: values.EBBTIDE_SCALE_IN_BUDGET_PERCENT,
    choosesVictims: values.EBBTIDE_CHOOSE_VICTIMS === 'on',
    bucket: values.EBBTIDE_SCALING_BUCKET,
  }
}

/** What the function that chooses victims needs to know. */
export interface ChooserSettings {
  readonly cluster: string
  readonly bucket: string
}

/** @throws {SettingsError} as {@link readScalingSettings}. */
export const readChooserSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): ChooserSettings => {
  const { EBBTIDE_CLUSTER, EBBTIDE_SCALING_BUCKET } = variables
  const values = readVariables({ EBBTIDE_CLUSTER, EBBTIDE_SCALING_BUCKET }, environment)
  return { cluster: values.EBBTIDE_CLUSTER, bucket: values.EBBTIDE_SCALING_BUCKET }
}

/** @throws {SettingsError} as {@link readScalingSettings}. */
export const readClusterName = (environment: Readonly<Record<string, string | undefined>>): string => {
  const { EBBTIDE_CLUSTER } = variables
  return readVariables({ EBBTIDE_CLUSTER }, environment).EBBTIDE_CLUSTER
}
