import type { World } from '../world/world.ts'
import { RESYNC_MS } from './watch.ts'

/** Judges now and every minute from now on, as often as resync comes. */
export const everyMinute = (world: World, judge: () => void): void => {
  judge()
  world.simulation.after(RESYNC_MS, () => everyMinute(world, judge))
}
