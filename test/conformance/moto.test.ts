import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { beat, completeAction } from '../../lib/act/lifecycle-action.ts'
import { readRefresh } from '../../lib/observe/capacity/group-history.ts'
import { readProtections } from '../../lib/observe/protections.ts'
import type { ServedScenario } from '../../simulator/endpoint/serve-scenario.ts'
import { agreements, differences, fieldsOf, type Fields } from './comparison.ts'
import { knownDifferences, type KnownDifference } from './known-differences.ts'
import { knownResults, nothingInCommon, onlySimulated, seenByEffect, unserved } from './known-results.ts'
import { callsOfLib } from './lib-calls.ts'
import { createMotoAccount } from './moto-account.ts'
import { startMoto, type MotoServer } from './moto-server.ts'
import { createServedAccount } from './served-account.ts'
import { twin, type TwinAccount } from './twin-account.ts'
import { recordCalls, type RecordedCall } from './twin-clients.ts'
import { actingForScaling, observingForScaling } from './twin-scaling-steps.ts'
import { looking } from './twin-observer-steps.ts'
import { acting, observing, type TwinStep } from './twin-steps.ts'

interface Side {
  readonly account: TwinAccount
  readonly calls: readonly RecordedCall[]
}

/** What a step came to. */
interface Played {
  readonly operations: readonly string[]
  readonly ours: Fields
  readonly theirs: Fields
}

describe('the simulator beside moto', () => {
  let moto: MotoServer | undefined
  let served: ServedScenario | undefined
  let simulated: Side
  let other: Side
  const used = new Set<string>()
  /** Calls of which both sides have answered at least one field, or the code of an error, alike. */
  const agreed = new Set<string>()
  const played = new Map<string, Played>()
  const defects: unknown[] = []

  beforeAll(async () => {
    moto = await startMoto()
    const created = await createServedAccount((error) => defects.push(error))
    served = created.served
    simulated = sideOf(created.account)
    other = sideOf(await createMotoAccount(moto.url))
  })

  afterAll(async () => {
    await served?.stop()
    await moto?.stop()
  })

  const sideOf = (account: TwinAccount): Side => ({ account, calls: recordCalls(account.clients) })

  /** Runs a step on one side. What it throws is a result too. */
  const run = async (step: TwinStep, { account, calls }: Side) => {
    const before = calls.length
    const outcome = await step.run(account).then(
      (result) => ({ result, isRefused: false }),
      (error: unknown) => ({ result: { threw: (error as Error).name }, isRefused: true }),
    )
    return { ...outcome, calls: calls.slice(before) }
  }

  const unknownDifferences = (ours: RecordedCall, theirs: RecordedCall): readonly string[] => {
    const [simulator, there] = [fieldsOfCall(ours), fieldsOfCall(theirs)]
    if (agreements(simulator, there).length > 0) agreed.add(ours.operation)
    return [...differences(simulator, there)].flatMap(([path, difference]) => {
      const known = knownDifferences.flatMap((entry) => coveringField(entry, ours.operation, path))
      for (const field of known) used.add(`${ours.operation} ${field}`)
      return known.length > 0 ? [] : [`${ours.operation} ${path}: ${JSON.stringify(difference)}`]
    })
  }

  const steps = [...observing, ...observingForScaling, ...looking, ...actingForScaling, ...acting]

  it.each(steps.map((step) => [step.name, step] as const))(
    '%s asks the same and is answered the same, but for known differences',
    async (name, step) => {
      const [ours, theirs] = [await run(step, simulated), await run(step, other)]
      expect(defects).toEqual([])
      const { refusedBy } = step
      expect([ours.isRefused, theirs.isRefused]).toEqual([
        refusedBy === 'both' || refusedBy === 'simulator',
        refusedBy === 'both' || refusedBy === 'moto',
      ])
      expect(theirs.calls.map(({ operation }) => operation)).toEqual(
        ours.calls.map(({ operation }) => operation),
      )
      const unknown = ours.calls.flatMap((call, index) => unknownDifferences(call, theirs.calls[index]!))
      expect(unknown).toEqual([])
      const [here, there] = [fieldsOf({ result: ours.result }), fieldsOf({ result: theirs.result })]
      const operations = ours.calls.map(({ operation }) => operation)
      played.set(name, { operations, ours: here, theirs: there })
      const paths = [...differences(here, there).keys()].map((path) => path.replace(/^result\.?/, ''))
      expect(paths).toEqual(knownResults[name]?.fields ?? [])
    },
  )

  it('knows no difference that is none', () => {
    const listed = knownDifferences.flatMap(({ operation, fields }) =>
      fields.map((field) => `${operation} ${field}`),
    )
    expect(listed.filter((field) => !used.has(field))).toEqual([])
  })

  it('shows by its effect what a call did whose answer has no fields', () => {
    for (const { operation, step, field } of seenByEffect) {
      const before = steps[steps.findIndex(({ name }) => name === step) - 1]!.name
      const [old, now] = [played.get(before)!, played.get(step)!]
      expect(now.operations).toContain(operation)
      expect([old.ours.get(field), now.ours.get(field)]).toEqual([
        old.theirs.get(field),
        now.theirs.get(field),
      ])
      expect(now.ours.get(field)).not.toBe(old.ours.get(field))
    }
  })

  it('compares every call of lib, but for those that the simulator alone stands for', () => {
    const compared = new Set([...agreed, ...seenByEffect.map(({ operation }) => operation)])
    const alone = [...onlySimulated, ...unserved, ...Object.keys(nothingInCommon)]
    expect(callsOfLib.filter((call) => !compared.has(call))).toEqual(alone.toSorted())
  })

  it('stands alone for the calls that moto does not have', async () => {
    const { account, calls } = other
    const { autoScaling, ecs } = account.clients
    const action = {
      autoScaling,
      instanceId: account.instanceId,
      autoScalingGroupName: twin.group,
      hookName: twin.hook,
    }
    const before = calls.length
    await expect(completeAction(action, 'CONTINUE')).rejects.toThrow()
    await expect(beat(action)).rejects.toThrow()
    await expect(readProtections({ ecs, cluster: twin.cluster }, [account.taskArn])).rejects.toThrow()
    await expect(readRefresh(action)).rejects.toThrow()
    expect(calls.slice(before).map(({ operation }) => operation)).toEqual(onlySimulated)
  })
})

const fieldsOfCall = ({ output, error, status }: RecordedCall): Fields =>
  fieldsOf({ ...output, error, status })

/** Those fields of the entry that the path is meant by. */
const coveringField = ({ operation, fields }: KnownDifference, asked: string, path: string) =>
  operation !== asked
    ? []
    : fields.filter((field) => (field.endsWith('*') ? path.startsWith(field.slice(0, -1)) : path === field))
