import { describe, expect, it } from '@jest/globals'

import { Campaign, RUNS_TO_REACH_ALL, type RunReport } from '../../../simulator/campaign/campaign.ts'
import { playCampaign } from '../../../simulator/campaign/play-campaign.ts'
import { playRun } from '../../../simulator/campaign/play-run.ts'
import { rareStates } from '../../../simulator/faults/reached.ts'

describe('a campaign', () => {
  it('of generated clusters with heavy faults breaks no promise, and reaches every rare state', async () => {
    const campaign = await playCampaign({ seed: 1, runs: 200, level: 'heavy', stopAt: 'end' })
    expect(campaign.failures).toEqual([])
    expect(campaign.runs).toBe(200)
    expect(campaign.drains).toBeGreaterThan(300)
    expect(campaign.unreached).toEqual([])
  }, 240_000)

  it('without faults kills no task before a deadline, and breaks no promise', async () => {
    const campaign = await playCampaign({ seed: 1, runs: 20, level: 'none', stopAt: 'end', workers: 1 })
    expect(campaign.failures).toEqual([])
    expect(campaign.drains).toBeGreaterThan(20)
    expect(campaign.earlyKills).toBe(0)
  }, 120_000)

  it('plays the same run for the same seed', async () => {
    const [one, other] = [
      await playRun({ seed: 11, level: 'heavy' }),
      await playRun({ seed: 11, level: 'heavy' }),
    ]
    expect(other.world.calls).toEqual(one.world.calls)
    expect(other.reached).toEqual(one.reached)
  })
})

const report = (changes: Partial<RunReport>): RunReport => ({
  seed: 1,
  judged: 'promises',
  drains: 1,
  killedTasks: 0,
  earlyKills: 0,
  refusedSteps: {},
  reached: {},
  violations: [],
  journal: [],
  ...changes,
})

const everyState = Object.fromEntries(Object.keys(rareStates).map((state) => [state, 1]))

describe('the verdict on a campaign', () => {
  const campaignOf = (runs: number, changes: Partial<RunReport> = {}): Campaign => {
    const campaign = new Campaign('heavy')
    for (let seed = 1; seed <= runs; seed += 1) campaign.add(report({ seed, ...changes }))
    return campaign
  }

  it('is good when every run kept its promises and every rare state was reached', () => {
    expect(campaignOf(RUNS_TO_REACH_ALL, { reached: everyState }).hasFailed).toBe(false)
  })

  it('is bad when a rare state was never reached, in as many runs as reach all', () => {
    const { 'zone lost': _, ...others } = everyState
    const campaign = campaignOf(RUNS_TO_REACH_ALL, { reached: others })
    expect(campaign.unreached).toEqual(['zone lost'])
    expect(campaign.hasFailed).toBe(true)
  })

  it('names what was never reached in fewer runs too, where it may be chance', () => {
    const { 'zone lost': _, ...others } = everyState
    const campaign = campaignOf(RUNS_TO_REACH_ALL - 1, { reached: others })
    expect(campaign.unreached).toEqual(['zone lost'])
    expect(campaign.hasFailed).toBe(false)
  })

  it('counts tasks that died of answers too old apart from the others', () => {
    const campaign = new Campaign('heavy')
    campaign.add(report({ killedTasks: 2 }))
    campaign.add(report({ judged: 'kills', killedTasks: 5 }))
    expect([campaign.killedTasks, campaign.killedByAge, campaign.runsForKills]).toEqual([2, 5, 1])
  })

  it('adds up the steps that AWS refused, kind by kind', () => {
    const campaign = new Campaign('heavy')
    campaign.add(report({ refusedSteps: { deploy: 1, 'put-hook': 2 } }))
    campaign.add(report({ refusedSteps: { deploy: 3 } }))
    expect(Object.fromEntries(campaign.refusedSteps)).toEqual({ deploy: 4, 'put-hook': 2 })
  })

  it('is bad when the simulation itself came to an end', () => {
    expect(campaignOf(1, { error: 'Error: not modelled' }).hasFailed).toBe(true)
  })

  it('tells failures by their seeds, the lowest first', () => {
    const campaign = new Campaign('heavy')
    for (const seed of [9, 2, 5])
      campaign.add(report({ seed, violations: [{ promise: 1, at: 0, what: 'let go' }] }))
    expect(campaign.failures.map(({ seed }) => seed)).toEqual([2, 5, 9])
  })
})
