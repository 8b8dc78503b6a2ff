import { call } from '../../simulator/world/call.ts'
import { instancesInService } from '../../simulator/world/group-instances.ts'
import { rehearse, type Rehearsal, type RehearsalOptions } from '../../simulator/rehearsal/rehearse.ts'
import { parseScenario } from '../../simulator/scenario/load-scenario.ts'
import type { World } from '../../simulator/world/world.ts'

export const GROUP = 'ecs-web-a'
export const HOOK = 'ebbtide-web'

export const shop = {
  name: 'shop',
  cpu: 256,
  memory: 512,
  desired: 6,
  loadBalancer: { deregistrationDelaySeconds: 300 },
}

export const group = { name: GROUP, cpu: 4_096, memory: 15_360, desired: 3, min: 0, max: 10 }

/** Three instances in three zones and one service, with whatever a test changes. */
export const smallCluster = (changes: Record<string, unknown>) =>
  parseScenario('test', {
    description: 'A small cluster of a test.',
    cluster: 'web',
    groups: [group],
    services: [shop],
    lastsSeconds: 900,
    ...changes,
  })

/** Terminates the group's oldest instance `atSeconds` after the start, without a replacement. */
export const terminateOne = (atSeconds: number) => ({ do: 'terminate-in-group', atSeconds, group: GROUP })

export const play = (
  changes: Record<string, unknown>,
  prepare?: RehearsalOptions['prepare'],
): Promise<Rehearsal> => rehearse({ scenario: smallCluster(changes), seed: 7, ...(prepare && { prepare }) })

/** The instance that `terminateOne` will choose. */
export const oldest = (world: World): string => {
  const [id] = instancesInService(world.autoScaling, GROUP)
  if (id === undefined) throw new Error('the group has no instance')
  return id
}

/** How each drain ended, in the order of their ends. */
export const outcomes = ({ recording }: Rehearsal): readonly string[] =>
  recording.drains.map(({ action, decision }) => {
    const completion = decision?.decision.actions.find((done) => done.do === 'complete')
    return action.by === 'completed' ? (completion?.outcome ?? 'by somebody else') : action.by
  })

/** `verdict: because` of every decision, without repetitions one after another. */
export const story = ({ recording }: Rehearsal): readonly string[] =>
  recording.decisions
    .map(({ decision }) => `${decision.verdict}: ${decision.because}`)
    .filter((says, index, all) => says !== all[index - 1])

/** Seconds from the beginning of a hook's wait to its end. */
export const drainSeconds = ({ recording }: Rehearsal): number => {
  const [drain] = recording.drains
  if (drain === undefined) throw new Error('no drain has ended')
  return (drain.action.endedAt - drain.action.startedAt) / 1_000
}

/** Seconds from the last task STOPPED to the end of the hook, for each drain in which a task stopped. */
export const lags = ({ recording }: Rehearsal): readonly number[] =>
  recording.drains.flatMap(({ action, lastTaskStoppedAt }) =>
    lastTaskStoppedAt === undefined ? [] : [(action.endedAt - lastTaskStoppedAt) / 1_000],
  )

/** Operations of Ebbtide's functions, in the order of their effects. */
export const callsOf = ({ world }: Rehearsal, operation: string) =>
  world.calls.filter((made) => made.operation === operation && made.caller !== 'operator')

/** Asks ECS as a person would. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- only the caller knows the operation's output
export const asPerson = <Output extends object>(world: World, operation: string, input: object): Output =>
  call<Output>(world.ecs.model, operation, { cluster: 'web', ...input })
