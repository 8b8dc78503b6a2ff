import type { ClusterSnapshot, InstanceSnapshot } from './cluster-snapshot.ts'
import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { padded, widthOf, type Line } from './styled-text.ts'
import { drawTasks } from './task-cells.ts'

const GAP = 2
const INSTANCE_ID_WIDTH = 'i-0123456789abcdef0'.length

/** Widths follow from what there may be, not from what there is, so that columns do not jump. */
const STATE_WIDTH = 'Terminating:Proceed'.length
const STATUS_WIDTH = 'DRAINING'.length

/** Room for a few tasks that come and go. */
const LEAST_TASKS_WIDTH = 3

/** The instances of a cluster by zone, with their tasks by workload: at most `rows` lines. */
export const drawCluster = (cluster: ClusterSnapshot, rows: number, colours: Colours): readonly Line[] => {
  const columns = columnsOf(cluster, colours)
  const header = drawHeader(columns, colours)
  const zones = cluster.zones.flatMap(({ name, instances }): readonly Line[] => [
    [{ text: name, paint: colours.bold }],
    ...instances.map((instance) => drawInstance(instance, columns, colours)),
  ])
  const lines =
    zones.length < rows ? zones : abridged(cluster, rows - 1).map((part) => drawPart(part, columns, colours))
  return [header, ...lines].slice(0, rows)
}

/** What is drawn in one line: an instance, or how many instances are not drawn. */
type Part = InstanceSnapshot | number

/** Where not all fit, zones are left out, and instances that come or go are shown first. */
const abridged = ({ zones }: ClusterSnapshot, rows: number): readonly Part[] => {
  const all = zones.flatMap(({ instances }) => instances)
  if (all.length <= rows) return all
  const byInterest = [...all.filter(isMoving), ...all.filter((instance) => !isMoving(instance))]
  const shown = byInterest.slice(0, Math.max(0, rows - 1))
  return [...shown, all.length - shown.length]
}

const drawPart = (part: Part, columns: Columns, colours: Colours): Line =>
  typeof part === 'number'
    ? [{ text: ` and ${counted(part, 'more instance')}`, paint: colours.dim }]
    : drawInstance(part, columns, colours)

const isMoving = ({ lifecycleState, ecsStatus }: InstanceSnapshot): boolean =>
  lifecycleState !== 'InService' || ecsStatus !== 'ACTIVE'

/** Width of each workload's column, by its name. */
type Columns = ReadonlyMap<string, number>

const columnsOf = ({ workloads, zones }: ClusterSnapshot, colours: Colours): Columns => {
  const instances = zones.flatMap((zone) => zone.instances)
  const widths = workloads.map((name) => {
    const cells = instances.map((instance) => widthOf(drawWorkload(instance, name, colours)))
    return [name, Math.max(name.length, LEAST_TASKS_WIDTH, ...cells) + GAP] as const
  })
  return new Map(widths)
}

const drawWorkload = ({ tasks }: InstanceSnapshot, name: string, colours: Colours): Line =>
  drawTasks(
    tasks.filter(({ workload }) => workload === name),
    colours,
  )

const drawHeader = (columns: Columns, { dim }: Colours): Line => [
  { text: ' '.repeat(1 + INSTANCE_ID_WIDTH + GAP + STATE_WIDTH + 1 + STATUS_WIDTH + GAP) },
  ...[...columns].flatMap(([name, width]) => padded([{ text: name, paint: dim }], width)),
]

const drawInstance = (instance: InstanceSnapshot, columns: Columns, colours: Colours): Line => {
  const { instanceId, lifecycleState, ecsStatus } = instance
  const { dim, magenta } = colours
  return [
    { text: ` ${instanceId.padEnd(INSTANCE_ID_WIDTH + GAP)}` },
    { text: lifecycleState.padEnd(STATE_WIDTH + 1), paint: paintOfState(lifecycleState, colours) },
    { text: ecsStatus.padEnd(STATUS_WIDTH + GAP), paint: ecsStatus === 'DRAINING' ? magenta : dim },
    ...[...columns].flatMap(([name, width]) => padded(drawWorkload(instance, name, colours), width)),
  ]
}

const paintOfState = (lifecycleState: string, { dim, yellow, blue }: Colours): Colours['dim'] => {
  if (lifecycleState.startsWith('Terminating')) return yellow
  return lifecycleState.startsWith('Pending') ? blue : dim
}
