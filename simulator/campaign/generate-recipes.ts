import type { Random } from '../engine/random.ts'
import { ZONES } from './generate-groups.ts'
import { HOOK, type ScriptGround, type Step } from './generate-script.ts'

/** Where and when a recipe is played. */
interface Stage {
  readonly random: Random
  readonly group: string
  /** Absent: the cluster has no service. */
  readonly service: string | undefined
  readonly atSeconds: number
}

/** Steps that make a state likely which chance alone would hardly ever come to. */
type Recipe = (stage: Stage) => readonly Step[]

/** Half of the runs play one: rare states must be reached in hundreds of runs, and the other half must stay free. */
const RECIPE_ODDS = 0.5

export const generateRecipe = (
  random: Random,
  { groups, services, untilSeconds, unplanned }: ScriptGround,
): readonly Step[] => {
  const isPlayed = random.chance(RECIPE_ODDS)
  const recipe = random.pick(unplanned > 0 ? [...recipes, accident] : recipes)
  const atSeconds = random.integer(5, Math.floor(untilSeconds / 2))
  const group = random.pick(groups).name
  const service = services.length === 0 ? undefined : random.pick(services).name
  return isPlayed ? recipe({ random, group, service, atSeconds }) : []
}

const leaves = ({ group, atSeconds }: Stage): Step => ({
  do: 'terminate-in-group',
  atSeconds,
  group,
  instances: 1,
  decrementDesiredCapacity: false,
})

/** While an instance that has just begun to leave still waits for us. */
const soon = ({ random, atSeconds }: Stage): number => atSeconds + random.integer(2, 25)

const recipes: readonly Recipe[] = [
  /** Our hook is changed while it holds an instance. */
  (stage) => [
    leaves(stage),
    { do: 'put-hook', atSeconds: soon(stage), group: stage.group, hook: HOOK, heartbeatTimeoutSeconds: 240 },
  ],
  /** A service is deployed while an instance leaves. */
  (stage) => [leaves(stage), ...ofService(stage, { do: 'deploy', atSeconds: soon(stage) })],
  /** The bounds of a service change while an instance leaves. */
  (stage) => [
    leaves(stage),
    ...ofService(stage, {
      do: 'update-service',
      atSeconds: soon(stage),
      minimumHealthyPercent: 100,
      maximumPercent: 100,
    }),
  ],
  /** An instance leaves, and its tasks cannot start elsewhere. */
  (stage) => [
    ...ofService(stage, { do: 'break-image', atSeconds: stage.atSeconds - 1 }),
    leaves(stage),
    ...ofService(stage, { do: 'mend-image', atSeconds: stage.atSeconds + stage.random.integer(30, 200) }),
  ],
  /** An agent falls silent while its instance leaves, and comes back. */
  (stage) => [
    { do: 'disconnect-agent', atSeconds: stage.atSeconds, group: stage.group },
    leaves({ ...stage, atSeconds: stage.atSeconds + 1 }),
    { do: 'connect-agent', atSeconds: stage.atSeconds + stage.random.integer(20, 120), group: stage.group },
  ],
  /** An instance goes through our hook and comes back to service, so that it must be set ACTIVE again. */
  ({ random, group, atSeconds }) => [
    {
      do: 'start-instance-refresh',
      atSeconds,
      group,
      instanceWarmupSeconds: random.integer(5, 20),
      strategy: 'ReplaceRootVolume',
    },
  ],
  /** A new instance leaves before the cluster knows it. */
  (stage) => [
    leaves(stage),
    leaves({ ...stage, atSeconds: stage.atSeconds + stage.random.integer(60, 200) }),
  ],
]

/** A zone dies while an instance leaves. Only where accidents happen at all. */
const accident: Recipe = (stage) => [
  leaves(stage),
  { do: 'lose-zone', atSeconds: soon(stage), group: stage.group, zone: stage.random.pick(ZONES) },
]

const ofService = ({ service }: Stage, step: Step): readonly Step[] =>
  service === undefined ? [] : [{ ...step, service }]
