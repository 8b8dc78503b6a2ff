import { captureOutput, type OutputLine } from '../world/product-output.ts'
import type { World } from '../world/world.ts'
import type { Recording } from './recording.ts'

/**
 * From now on each line that product code writes is recorded, and reaches the simulated CloudWatch as it would from a log
 * group.
 *
 * @returns ends it.
 */
export const hearProduct = (world: World, recording: Recording): (() => void) =>
  captureOutput((written) => {
    const line = atVirtualTime(written, world.simulation.now())
    world.cloudWatch.hearLogLine(line)
    recording.hear(line)
  })

/** Logger and metrics of Powertools stamp their lines by the wall clock. */
const atVirtualTime = (line: OutputLine, now: number): OutputLine => {
  const at = Math.floor(now)
  const metadata = line['_aws']
  return {
    ...line,
    ...('timestamp' in line && { timestamp: new Date(at).toISOString() }),
    ...(typeof metadata === 'object' && { _aws: { ...metadata, Timestamp: at } }),
  }
}
