import { captureOutput } from '../world/product-output.ts'
import type { World } from '../world/world.ts'
import type { Recording } from './recording.ts'

/**
 * From now on each line that product code writes is recorded, and reaches the simulated CloudWatch as it would from a log
 * group.
 *
 * @returns ends it.
 */
export const hearProduct = (world: World, recording: Recording): (() => void) =>
  captureOutput((line) => {
    world.cloudWatch.hearLogLine(line)
    recording.hear(line)
  })
