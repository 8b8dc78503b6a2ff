import { describe, expect, it } from '@jest/globals'
import { compilePattern } from '../../../../simulator/aws/eventbridge/event-pattern.ts'

const event = {
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  account: '111122223333',
  resources: [
    'arn:aws:ecs:eu-west-1:111122223333:task/web/1',
    'arn:aws:ecs:eu-west-1:111122223333:task/web/2',
  ],
  detail: {
    lastStatus: 'STOPPED',
    group: 'service:Front*End\\',
    version: 5,
    healthy: true,
    stoppedReason: null,
    empty: '',
    overrides: {},
    tags: [],
    containers: [
      { name: 'app', exitCode: 0 },
      { name: 'sidecar', exitCode: 137 },
    ],
  },
}

type Row = readonly [pattern: string, matches: boolean]

const tables: Readonly<Record<string, readonly Row[]>> = {
  'exact values': [
    ['{"source":["aws.ecs"]}', true],
    ['{"source":["aws.ec2","aws.ecs"]}', true],
    ['{"source":["aws.ec2"]}', false],
    ['{"source":["AWS.ECS"]}', false],
    ['{"source":["aws.ecs"],"account":["999999999999"]}', false],
    ['{"detail":{"lastStatus":["STOPPED"],"version":[5]}}', true],
    ['{"detail":{"version":["5"]}}', false],
    ['{"detail":{"healthy":[true]}}', true],
    ['{"detail":{"stoppedReason":[null]}}', true],
    ['{"detail":{"stoppedReason":[""]}}', false],
    ['{"detail":{"empty":[""]}}', true],
    ['{"detail":{"missing":[null]}}', false],
    ['{"lastStatus":["STOPPED"]}', false],
  ],
  'lists in the event': [
    ['{"resources":["arn:aws:ecs:eu-west-1:111122223333:task/web/2"]}', true],
    ['{"resources":[{"suffix":"/3"}]}', false],
    ['{"detail":{"tags":["a"]}}', false],
    ['{"detail":{"containers":{"name":["sidecar"],"exitCode":[137]}}}', true],
    ['{"detail":{"containers":{"name":["app"],"exitCode":[137]}}}', false],
  ],
  exists: [
    ['{"detail":{"lastStatus":[{"exists":true}]}}', true],
    ['{"detail":{"lastStatus":[{"exists":false}]}}', false],
    ['{"detail":{"missing":[{"exists":false}]}}', true],
    ['{"detail":{"missing":[{"exists":true}]}}', false],
    ['{"detail":{"stoppedReason":[{"exists":true}]}}', true],
    ['{"missing":{"deeper":[{"exists":false}]}}', true],
    ['{"detail":{"overrides":[{"exists":true}]}}', false],
    ['{"detail":{"tags":[{"exists":true}]}}', false],
  ],
  'prefix and suffix': [
    ['{"detail":{"group":[{"prefix":"service:"}]}}', true],
    ['{"detail":{"group":[{"prefix":"family:"}]}}', false],
    ['{"detail":{"group":[{"prefix":{"equals-ignore-case":"SERVICE:front"}}]}}', true],
    ['{"detail":{"lastStatus":[{"suffix":"PED"}]}}', true],
    ['{"detail":{"lastStatus":[{"suffix":"ped"}]}}', false],
    ['{"detail":{"version":[{"prefix":"5"}]}}', false],
  ],
  'equals-ignore-case': [
    ['{"detail":{"lastStatus":[{"equals-ignore-case":"stopped"}]}}', true],
    ['{"detail":{"lastStatus":[{"equals-ignore-case":"stop"}]}}', false],
  ],
  'anything-but': [
    ['{"detail":{"lastStatus":[{"anything-but":"RUNNING"}]}}', true],
    ['{"detail":{"lastStatus":[{"anything-but":"STOPPED"}]}}', false],
    ['{"detail":{"lastStatus":[{"anything-but":["RUNNING","STOPPED"]}]}}', false],
    ['{"detail":{"version":[{"anything-but":[4,6]}]}}', true],
    ['{"detail":{"missing":[{"anything-but":"STOPPED"}]}}', false],
    ['{"detail":{"group":[{"anything-but":{"prefix":"service:"}}]}}', false],
    ['{"detail":{"group":[{"anything-but":{"prefix":["family:","task:"]}}]}}', true],
    ['{"detail":{"lastStatus":[{"anything-but":{"suffix":"ING"}}]}}', true],
    ['{"detail":{"lastStatus":[{"anything-but":{"equals-ignore-case":"Stopped"}}]}}', false],
    ['{"detail":{"lastStatus":[{"anything-but":{"wildcard":"ST*"}}]}}', false],
    ['{"detail":{"containers":{"name":[{"anything-but":"app"}]}}}', true],
  ],
  numeric: [
    ['{"detail":{"version":[{"numeric":["=",5]}]}}', true],
    ['{"detail":{"version":[{"numeric":[">",0,"<=",5]}]}}', true],
    ['{"detail":{"version":[{"numeric":[">",0,"<",5]}]}}', false],
    ['{"detail":{"version":[{"numeric":[">=",6]}]}}', false],
    ['{"detail":{"lastStatus":[{"numeric":["=",5]}]}}', false],
  ],
  wildcard: [
    ['{"resources":[{"wildcard":"arn:aws:ecs:*:task/web/*"}]}', true],
    ['{"resources":[{"wildcard":"arn:aws:ecs:*:task/batch/*"}]}', false],
    ['{"source":[{"wildcard":"aws?ecs"}]}', false],
    ['{"source":[{"wildcard":"aws.ec"}]}', false],
    [String.raw`{"detail":{"group":[{"wildcard":"service:Front\\*End\\\\"}]}}`, true],
    [String.raw`{"detail":{"group":[{"wildcard":"service\\*"}]}}`, false],
  ],
  $or: [
    ['{"$or":[{"source":["aws.ec2"]},{"detail":{"version":[5]}}]}', true],
    ['{"$or":[{"source":["aws.ec2"]},{"detail":{"version":[6]}}]}', false],
    ['{"source":["aws.ec2"],"$or":[{"source":["aws.ecs"]},{"source":["aws.ec2"]}]}', false],
    ['{"detail":{"$or":[{"version":[6]},{"lastStatus":["STOPPED"]}]}}', true],
  ],
}

for (const [name, rows] of Object.entries(tables)) {
  describe(`an event pattern with ${name}`, () => {
    it.each(rows)('%s: %s', (pattern, matches) => {
      expect(compilePattern(JSON.parse(pattern) as never)(event)).toBe(matches)
    })
  })
}

describe('an event pattern that EventBridge would refuse or the simulator does not model', () => {
  it.each([
    ['{}', 'at least one field'],
    ['{"source":"aws.ecs"}', '"source" needs a list'],
    ['{"source":[]}', 'empty list'],
    ['{"source":[{"cidr":"10.0.0.0/24"}]}', '"cidr" is not modelled'],
    ['{"source":[{"prefix":"a","suffix":"b"}]}', 'one content filter'],
    ['{"source":[{"exists":"yes"}]}', '"exists" needs'],
    ['{"source":[{"prefix":5}]}', '"prefix" needs a text'],
    ['{"source":[{"wildcard":"a**b"}]}', 'two asterisks'],
    ['{"source":[{"numeric":["~",5]}]}', 'operator "~"'],
    ['{"source":[{"numeric":[">"]}]}', 'one or two comparisons'],
    ['{"source":[{"anything-but":{"numeric":["=",5]}}]}', '"anything-but" with "numeric"'],
    ['{"$or":[{"source":["a"]}]}', 'at least two'],
  ])('%s: %s', (pattern, message) => {
    expect(() => compilePattern(JSON.parse(pattern) as never)).toThrow(message)
  })
})
