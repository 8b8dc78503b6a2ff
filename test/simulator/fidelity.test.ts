import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

import { defaultAssumptions } from '../../simulator/aws/auto-scaling/assumptions.ts'
import { defaultCloudWatchAssumptions } from '../../simulator/aws/cloudwatch/assumptions.ts'
import { defaultEc2Assumptions } from '../../simulator/aws/ec2/assumptions.ts'
import { defaultEcsAssumptions } from '../../simulator/aws/ecs/assumptions.ts'
import { isRemembered } from '../../simulator/faults/stale-answer.ts'
import { callsOfLib } from '../conformance/lib-calls.ts'
import { nothingInCommon, onlySimulated, unserved } from '../conformance/known-results.ts'

const root = join(__dirname, '../..')
const page = readFileSync(join(root, 'docs/fidelity.md'), 'utf8')

describe('the page on fidelity', () => {
  it('names every switch, and none that is gone', () => {
    const switches = [
      ...Object.keys(defaultEcsAssumptions).map((name) => `ECS ${name}`),
      ...Object.keys(defaultAssumptions).map((name) => `Auto Scaling ${name}`),
      ...Object.keys(defaultCloudWatchAssumptions).map((name) => `CloudWatch ${name}`),
      ...Object.keys(defaultEc2Assumptions).map((name) => `EC2 ${name}`),
    ]
    const told = [...page.matchAll(/^\| (ECS|Auto Scaling|CloudWatch|EC2) `(\w+)` \|/gm)]
    expect(told.map(([, service, name]) => `${service} ${name}`).toSorted()).toEqual(switches.toSorted())
  })

  it('names tests that exist', () => {
    const tests = [...page.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path!)
    expect(tests.length).toBeGreaterThan(40)
    expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('names every call that the simulator alone stands for', () => {
    const [, told = ''] = /^Calls of `lib` that are not compared([^]*?)\n\n/m.exec(page) ?? []
    const named = [...told.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    const alone = [...onlySimulated, ...unserved, ...Object.keys(nothingInCommon)]
    expect(named.toSorted()).toEqual(alone.toSorted())
  })

  it('names every read that no campaign answers stale', () => {
    const [, told = ''] = /^These reads are never answered stale([^]*?)\n\n/m.exec(page) ?? []
    const named = [...told.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    const reads = callsOfLib.filter((call) => /^(Describe|Get|List)/.test(call))
    expect(named.toSorted()).toEqual(reads.filter((call) => !isRemembered(call)))
  })
})
