import type { Random } from '../engine/random.ts'
import { ZONES, type GeneratedGroup } from './generate-groups.ts'
import type { GeneratedService } from './generate-tasks.ts'

/** What is known of the cluster for which a script is written. */
export interface ScriptGround {
  readonly groups: readonly GeneratedGroup[]
  readonly services: readonly GeneratedService[]
  /** Nothing happens later than this. */
  readonly untilSeconds: number
  /** For each minute, the chance that something happens that nobody has planned. */
  readonly unplanned: number
}

/** A step as a scenario file says it. */
export type Step = Readonly<Record<string, unknown>> & { readonly do: string }

/** Our hook, by its deployed name. */
export const HOOK = 'ebbtide-web'

/** One to three reasons for instances to leave, and among them whatever nobody has planned. */
export const generateScript = (random: Random, ground: ScriptGround): readonly Step[] => {
  const planned = Array.from({ length: random.integer(1, 3) }, () =>
    leave(random, ground, random.integer(5, Math.floor(ground.untilSeconds * 0.6))),
  )
  const minutes = Array.from({ length: Math.floor(ground.untilSeconds / 60) }, (_, minute) => minute * 60)
  const unplanned = minutes.flatMap((second) =>
    random.chance(ground.unplanned) ? mishap(random, ground, second + random.integer(0, 59)) : [],
  )
  return [...planned, ...rush(random, ground), ...unplanned.flat(), ...throughPool(random, ground)]
}

/** From one rush to what follows it, so many seconds; ECS places tasks some two seconds after it is asked to. */
const RUSH_SECONDS = [0, 0.5, 1, 1.5, 2, 2.5] as const

/** A service grows in the moment in which instances begin to leave: tasks land where nobody expects them any more. */
const rush = (random: Random, { groups, services, untilSeconds }: ScriptGround): readonly Step[] => {
  if (services.length === 0 || !random.chance(0.4)) return []
  const atSeconds = random.integer(5, Math.floor(untilSeconds * 0.6))
  const { name: service, desired } = random.pick(services)
  const group = random.pick(groups).name
  const leavesAt = { atSeconds: atSeconds + random.pick(RUSH_SECONDS), group }
  return [
    { do: 'update-service', atSeconds, service, desired: desired + random.integer(2, 5) },
    {
      do: 'terminate-in-group',
      ...leavesAt,
      instances: random.integer(1, 3),
      decrementDesiredCapacity: true,
    },
  ]
}

/** An instance goes back into its warm pool, and some minutes later leaves that too: two drains of one container instance. */
const throughPool = (random: Random, { groups, untilSeconds }: ScriptGround): readonly Step[] =>
  groups.flatMap(({ name: group, warmPool }) => {
    if (warmPool === undefined || !random.chance(0.7)) return []
    const shrinksAt = random.integer(5, 60)
    const leavesAt = random.integer(Math.floor(untilSeconds / 2), untilSeconds)
    return [
      { do: 'set-desired-capacity', atSeconds: shrinksAt, group, desired: 0 },
      { do: 'delete-warm-pool', atSeconds: leavesAt, group },
    ]
  })

/** Somebody, or a policy, has instances leave through their hook. */
const leave = (random: Random, { groups }: ScriptGround, atSeconds: number): Step => {
  const group = random.pick(groups)
  const at = { atSeconds, group: group.name }
  const instances = random.integer(1, 2)
  switch (random.integer(0, group.market === 'spot' ? 5 : 3)) {
    case 0:
      return { do: 'set-desired-capacity', ...at, desired: random.integer(0, Math.max(0, group.desired - 1)) }
    case 1:
      return { do: 'start-instance-refresh', ...at, instanceWarmupSeconds: 10, ...refreshBounds(random) }
    case 4:
    case 5:
      return { do: 'spot-interruption', ...at, instances }
    default:
      return { do: 'terminate-in-group', ...at, instances, decrementDesiredCapacity: random.chance(0.5) }
  }
}

const refreshBounds = (random: Random) =>
  random.chance(0.8)
    ? { minHealthyPercentage: 50, maxHealthyPercentage: 100 }
    : { strategy: 'ReplaceRootVolume' }

/** Something happens to the cluster that nobody has planned. */
const mishap = (random: Random, ground: ScriptGround, atSeconds: number): readonly Step[] => {
  const { services } = ground
  if (services.length > 0 && random.chance(0.4))
    return serviceMishap(random, random.pick(services).name, atSeconds)
  return groupMishap(random, ground, atSeconds)
}

const serviceMishap = (random: Random, service: string, atSeconds: number): readonly Step[] => {
  const at = { atSeconds, service }
  switch (random.integer(0, 4)) {
    case 0:
      return [
        {
          do: 'update-service',
          ...at,
          ...random.pick([
            { minimumHealthyPercent: 100, maximumPercent: 100 },
            { minimumHealthyPercent: 0 },
            { maximumPercent: 200 },
          ]),
        },
      ]
    case 1:
      return [{ do: 'update-service', ...at, desired: random.integer(0, 6) }]
    case 2:
      return [{ do: 'deploy', ...at, stopSeconds: random.integer(0, 30) }]
    case 3:
      return [{ do: 'protect-tasks', ...at, tasks: random.integer(1, 2), minutes: random.integer(1, 5) }]
    default:
      return [{ do: 'break-image', ...at }]
  }
}

/** A group in trouble, and the moment at which some of it ends again. */
interface Trouble {
  readonly random: Random
  readonly at: { readonly atSeconds: number; readonly group: string }
  readonly later: { readonly atSeconds: number; readonly group: string }
}

const hook = { hook: HOOK }

/** What is more likely stands here twice. */
const groupMishaps: readonly ((trouble: Trouble) => readonly Step[])[] = [
  ({ at }) => [{ do: 'terminate-by-hand', ...at }],
  ({ at }) => [{ do: 'terminate-by-hand', ...at }],
  ({ at }) => [{ do: 'stop-by-hand', ...at }],
  ({ at, later }) => flap(at, later),
  ({ at, later }) => flap(at, later),
  ({ at }) => [{ do: 'delete-hook', ...at, ...hook }],
  ({ at, later }) => [
    { do: 'delete-hook', ...at, ...hook },
    { do: 'put-hook', ...later, ...hook, heartbeatTimeoutSeconds: 180 },
  ],
  ({ random, at }) => [{ do: 'put-hook', ...at, ...hook, heartbeatTimeoutSeconds: random.integer(180, 400) }],
  ({ random, at }) => [{ do: 'put-hook', ...at, ...hook, heartbeatTimeoutSeconds: random.integer(180, 400) }],
  ({ random, at }) => [{ do: 'lose-zone', ...at, zone: random.pick(ZONES) }],
  ({ at, later }) => [
    { do: 'set-container-instances', ...at, status: 'DRAINING' },
    { do: 'set-container-instances', ...later, status: 'ACTIVE' },
  ],
  ({ random, at, later }) => [
    { do: 'suspend-processes', ...at, processes: [random.pick(['Launch', 'Terminate', 'HealthCheck'])] },
    { do: 'resume-processes', ...later, processes: [] },
  ],
  ({ random, at }) => [
    {
      do: 'scheduled-event',
      ...at,
      startsInSeconds: random.integer(60, 400),
      ends: random.pick(['stopped', 'terminated']),
    },
  ],
]

const flap = (at: Trouble['at'], later: Trouble['later']): readonly Step[] => [
  { do: 'disconnect-agent', ...at },
  { do: 'connect-agent', ...later },
]

const groupMishap = (
  random: Random,
  { groups, untilSeconds }: ScriptGround,
  atSeconds: number,
): readonly Step[] => {
  const { name: group, market } = random.pick(groups)
  const at = { atSeconds, group }
  const later = { atSeconds: Math.min(untilSeconds, atSeconds + random.integer(10, 200)), group }
  if (market === 'spot' && random.chance(0.1)) return [{ do: 'rebalance-recommendation', ...at }]
  return random.pick(groupMishaps)({ random, at, later })
}
