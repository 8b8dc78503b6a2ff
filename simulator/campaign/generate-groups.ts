import type { Random } from '../engine/random.ts'
import { LONGEST_DRAIN_SECONDS, type StackProfile } from './stack-profiles.ts'

export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']

/** A group as a scenario file says it, as far as the script needs to know it. */
export interface GeneratedGroup {
  readonly name: string
  readonly desired: number
  readonly max: number
  readonly market?: 'spot'
  readonly warmPool?: object
  readonly [field: string]: unknown
}

export const generateGroups = (random: Random, profile: StackProfile): readonly GeneratedGroup[] =>
  profile.groupNames
    .map((name, index) => generateGroup(random, name, index))
    .map((group) => (profile.isScaling ? { ...group, max: group.max + ROOM_TO_GROW } : group))

/** So many instances more may a group that is scaled have than it is thought for. */
const ROOM_TO_GROW = 4

/** The first group always has instances: a cluster without any has nothing to lose. */
const generateGroup = (random: Random, name: string, index: number): GeneratedGroup => {
  const desired = random.integer(index === 0 ? 1 : 0, 4)
  const isSpot = random.chance(0.25)
  const tags = tagsOf(random)
  return {
    name,
    cpu: 2_048,
    memory: 7_680,
    desired,
    min: 0,
    max: desired + random.integer(0, 3),
    bootSeconds: random.integer(15, 60),
    registrationSeconds: random.pick(index === 0 ? ORDINARY_REGISTRATION : [5, 20, 150, 'never']),
    tags,
    ...(tags['ebbtide:on-deadline'] === 'retain' && random.chance(0.8) && { terminateHookAbandon: 'retain' }),
    ...(isSpot && {
      market: 'spot',
      capacityRebalance: random.chance(0.3),
      agentSpotDraining: random.chance(0.3),
    }),
    ...(!isSpot && random.chance(0.15) && { warmPool: warmPool(random) }),
    ...(random.chance(0.15) && { otherHooks: [otherHook(random)] }),
    ...(random.chance(0.1) && { managedDraining: true }),
    ...(random.chance(0.2) && {
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 150 },
    }),
  }
}

const tagsOf = (random: Random): Readonly<Record<string, string>> => {
  const all = {
    'ebbtide:drain-timeout': String(random.integer(90, LONGEST_DRAIN_SECONDS)),
    'ebbtide:on-deadline': random.pick(['stop-tasks', 'stop-tasks', 'continue', 'retain']),
    'ebbtide:standalone-tasks': random.pick(['wait', 'wait', 'ignore', 'stop-after:60']),
    'ebbtide:protected-tasks': random.pick(['honour', 'ignore']),
    'ebbtide:drain-reserve': String(random.integer(30, 200)),
    'ebbtide:spot': random.pick(['drain', 'drain', 'off']),
  }
  return Object.fromEntries(
    Object.entries(all).filter(([tag]) => tag === 'ebbtide:drain-timeout' || random.chance(0.6)),
  )
}

const warmPool = (random: Random) => ({
  minSize: random.integer(0, 2),
  poolState: random.pick(['Stopped', 'Running']),
  reuseOnScaleIn: random.chance(0.6),
})

/** In one cluster of ten not even the first group's instances ever register. */
const ORDINARY_REGISTRATION = [5, 5, 20, 20, 20, 60, 60, 150, 150, 'never']

/** Nobody completes it: it ends by its own timeout. */
const otherHook = (random: Random) => ({
  name: 'archive-logs',
  heartbeatTimeoutSeconds: random.integer(30, 400),
})
