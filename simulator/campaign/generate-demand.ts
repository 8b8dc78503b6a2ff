import type { Random } from '../engine/random.ts'
import type { ScriptGround, Step } from './generate-script.ts'

/** Between two changes of what a service wants: longer than a minute, so that `capacity` can follow some of them. */
const PAUSE_SECONDS = { least: 40, most: 160 } as const

/** What a service may want: nothing but one task, or more than there is room for. */
const DESIRED = { least: 1, most: 14 } as const

/** Services grow and shrink in steps, and now and then EC2 has no machine for what they want. */
export const generateDemand = (random: Random, ground: ScriptGround): readonly Step[] => [
  ...ground.services.flatMap(({ name }) => swings(random, name, ground.untilSeconds)),
  ...shortage(random, ground),
]

const swings = (random: Random, service: string, untilSeconds: number): readonly Step[] => {
  const steps: Step[] = []
  let atSeconds = random.integer(0, PAUSE_SECONDS.most)
  while (atSeconds < untilSeconds) {
    // Half of the time what was asked for is taken back, and instances stand nearly empty.
    const most = random.chance(0.5) ? 3 : DESIRED.most
    steps.push({ do: 'update-service', atSeconds, service, desired: random.integer(DESIRED.least, most) })
    atSeconds += random.integer(PAUSE_SECONDS.least, PAUSE_SECONDS.most)
  }
  return steps
}

const shortage = (random: Random, { unplanned, untilSeconds }: ScriptGround): readonly Step[] => {
  if (!random.chance(unplanned)) return []
  const atSeconds = random.integer(0, untilSeconds)
  return [
    {
      do: 'lack-capacity',
      atSeconds,
      untilSeconds: Math.min(untilSeconds, atSeconds + random.integer(30, 200)),
    },
  ]
}
