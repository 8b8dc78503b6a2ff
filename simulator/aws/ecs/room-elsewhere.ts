import {
  isWanted,
  primaryDeployment,
  type Cluster,
  type ContainerInstance,
  type Service,
  type Task,
} from './cluster.ts'
import { fixedHostPort } from './host-ports.ts'
import { newTask } from './new-task.ts'
import { shortageOf, type PlacementNeed } from './placement.ts'

/** The instances that are on their way out, `victim` among them, by the ids of their machines. */
export interface Departure {
  readonly victim: string
  readonly leaving: ReadonlySet<string>
}

/**
 * The tasks that would have no home if those instances went: named by their group, one entry for each task; none where
 * all of them fit elsewhere, together.
 *
 * It is found by trying, with the placement rules that this ECS itself follows: a search that puts one task after the
 * other wherever it fits and takes back what leads nowhere. What waits for room already has none to lose, and a daemon
 * goes with its machine. A standalone task on the victim has no home anywhere, because nobody starts it again.
 */
export const tasksWithoutHome = (cluster: Cluster, { victim, leaving }: Departure): readonly string[] => {
  const stays = ({ instanceId, status }: ContainerInstance) => status === 'ACTIVE' && !leaving.has(instanceId)
  const movers = [...cluster.services.values()].flatMap((service) => moversOf(service, stays))
  const homes = cluster.registered().filter(stays).map(copyOf)
  const abandoned = Array.from(cluster.onMachine(victim)?.tasks ?? []).filter(isStandalone)
  const homeless = fitsAll(movers, homes) ? [] : movers
  return [...abandoned, ...homeless].map(({ group }) => group)
}

const isStandalone = (task: Task): boolean => task.service === undefined && isWanted(task)

/** As many as the service would have to start again; what runs on staying instances already is not among them. */
const moversOf = (
  service: Service,
  stays: (containerInstance: ContainerInstance) => boolean,
): readonly PlacementNeed[] => {
  if (service.strategy === 'DAEMON') return []
  const wanted = [...service.tasks].filter(isWanted)
  const stayingCount = wanted.filter(({ containerInstance }) => stays(containerInstance)).length
  const count = Math.min(wanted.length - stayingCount, Math.max(0, service.desired - stayingCount))
  const { taskDefinition: definition } = primaryDeployment(service)
  return Array.from({ length: count }, () => ({ definition, service, group: `service:${service.name}` }))
}

/** Tasks can be tried on it without touching the instance itself. */
const copyOf = (containerInstance: ContainerInstance): ContainerInstance => ({
  ...containerInstance,
  tasks: new Set(containerInstance.tasks),
})

/** In these orders a search finds its way fastest: what is hard to place comes first. */
const orders: readonly ((need: PlacementNeed) => number)[] = [
  ({ definition: { spec } }) => spec.cpu,
  ({ definition: { spec } }) => spec.memory,
]

/** Tries of one search: far more than a cluster of hundreds of tasks needs where there is a way. */
const MOST_TRIES = 50_000

const fitsAll = (needs: readonly PlacementNeed[], homes: readonly ContainerInstance[]): boolean =>
  orders.some((sizeOf) => {
    const hardestFirst = needs.toSorted((one, other) => sizeOf(other) - sizeOf(one))
    return search({ needs: hardestFirst, homes, tries: { left: MOST_TRIES } }, 0)
  })

interface Search {
  readonly needs: readonly PlacementNeed[]
  readonly homes: readonly ContainerInstance[]
  readonly tries: { left: number }
}

const search = (wanted: Search, index: number): boolean => {
  const need = wanted.needs[index]
  if (need === undefined) return true
  for (const home of wanted.homes) {
    wanted.tries.left -= 1
    if (wanted.tries.left < 0) return false
    if (shortageOf(home, need) !== undefined) continue
    const task = triedTask(need, home)
    home.tasks.add(task)
    if (search(wanted, index + 1)) return true
    home.tasks.delete(task)
  }
  return false
}

/** What placement rules see of a task: its size, its ports and its group. */
const triedTask = ({ definition, service, group }: PlacementNeed, home: ContainerInstance): Task =>
  newTask({
    arn: '',
    definition,
    containerInstance: home,
    service,
    group,
    startedBy: undefined,
    capacityProviderName: undefined,
    createdAt: 0,
    hostPort: fixedHostPort(definition.spec) ?? 0,
    target: undefined,
    version: 0,
  })
