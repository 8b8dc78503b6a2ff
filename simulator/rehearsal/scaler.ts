import type { Scenario } from '../scenario/scenario.ts'
import type { RehearsalOptions } from './rehearse.ts'

/**
 * Who sets the number of instances.
 * - `ebbtide`: the stack with `scale=act` and `chooseVictims=on`.
 * - `managed`: AWS alone, by capacity providers with managed scaling, managed termination protection and managed
 *   draining, each with the settings that the console suggests. Ebbtide is not deployed.
 * - `target-tracking`: the stack measures, and AWS's target tracking follows its metric (`scalingPolicies`).
 * - `off`: nobody. Ebbtide drains what somebody else takes away.
 */
export const scalers = ['ebbtide', 'managed', 'target-tracking', 'off'] as const

export type Scaler = (typeof scalers)[number]

/** The same scenario in the hands of that scaler: same cluster, same load, same script. */
export const scaledBy = (
  scaler: Scaler,
  scenario: Scenario,
): Pick<RehearsalOptions, 'scenario'> & Required<Pick<RehearsalOptions, 'ebbtide'>> => {
  if (scaler === 'managed') return { scenario: managed(scenario), ebbtide: 'absent' }
  const settings = { ...scenario.settings, ...settingsOf[scaler] }
  return { scenario: { ...scenario, settings }, ebbtide: 'deployed' }
}

const settingsOf: Readonly<Record<Exclude<Scaler, 'managed'>, Scenario['settings']>> = {
  ebbtide: { scale: 'act', chooseVictims: 'on', scalingPolicies: 'off' },
  'target-tracking': { scale: 'advise', chooseVictims: 'off', scalingPolicies: 'target-tracking' },
  off: { scale: 'off', chooseVictims: 'off', scalingPolicies: 'off' },
}

const managed = (scenario: Scenario): Scenario => ({
  ...scenario,
  groups: scenario.groups.map((group) => ({
    ...group,
    managedScaling: { managedTerminationProtection: true },
    newInstancesProtectedFromScaleIn: true,
    managedDraining: true,
  })),
})
