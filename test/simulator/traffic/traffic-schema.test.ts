import { describe, expect, it } from '@jest/globals'

import { loadScenario, parseScenario } from '../../../simulator/scenario/load-scenario.ts'
import { worldSpecOf } from '../../../simulator/scenario/scenario.ts'

const scenarioWith = (service: object) =>
  parseScenario('test', {
    description: 'A service with requests.',
    cluster: 'web',
    groups: [{ name: 'a', cpu: 1_024, memory: 1_024, desired: 1, max: 1 }],
    services: [{ name: 'shop', cpu: 1, memory: 1, desired: 1, ...service }],
    lastsSeconds: 1,
  })

const trafficOf = (traffic: object) =>
  worldSpecOf(scenarioWith({ loadBalancer: {}, traffic })).services[0]!.traffic

const point = { atSeconds: 10, requestsPerSecond: 5 }

describe('the traffic of a scenario', () => {
  it('is a constant rate with requests of a fifth of a second, and some of five', () => {
    expect(trafficOf({ requestsPerSecond: 20 })).toEqual({
      curve: [{ atSeconds: 0, requestsPerSecond: 20 }],
      bursts: [],
      durations: [
        { share: 0.98, seconds: 0.2 },
        { share: 0.02, seconds: 5 },
      ],
    })
  })

  it('is a curve that repeats, with bursts', () => {
    const traffic = {
      curve: [point],
      repeatsEverySeconds: 86_400,
      bursts: [{ atSeconds: 60, lastsSeconds: 5, requestsPerSecond: 100 }],
      durations: [{ share: 1, seconds: 2 }],
    }
    expect(trafficOf(traffic)).toEqual(traffic)
  })

  it.each([
    ['nothing to send', {}, 'services[0].traffic must have either requestsPerSecond or a curve.'],
    [
      'two rates',
      { requestsPerSecond: 1, curve: [point] },
      'services[0].traffic must have either requestsPerSecond or a curve.',
    ],
    ['an empty curve', { curve: [] }, 'services[0].traffic.curve must have a point.'],
    [
      'a curve that runs back',
      { curve: [point, { ...point, atSeconds: 9 }] },
      'services[0].traffic.curve must have its points in the order of atSeconds.',
    ],
    [
      'a repetition without a curve',
      { requestsPerSecond: 1, repeatsEverySeconds: 60 },
      'services[0].traffic.repeatsEverySeconds needs a curve to repeat.',
    ],
    [
      'a repetition that is too short',
      { curve: [point], repeatsEverySeconds: 9 },
      "services[0].traffic.repeatsEverySeconds must not be before the curve's last point.",
    ],
    [
      'shares that are no whole',
      {
        requestsPerSecond: 1,
        durations: [
          { share: 0.5, seconds: 1 },
          { share: 0.4, seconds: 2 },
        ],
      },
      'services[0].traffic.durations must have shares that sum to 1, not 0.9.',
    ],
    [
      'a negative rate',
      { requestsPerSecond: -1 },
      'services[0].traffic.requestsPerSecond must be 0 or more.',
    ],
  ])('is refused with %s', (_, traffic, sentence) => {
    expect(() => scenarioWith({ loadBalancer: {}, traffic })).toThrow(sentence)
  })

  it('needs a load balancer', () => {
    expect(() => scenarioWith({ traffic: { requestsPerSecond: 1 } })).toThrow(
      'services[0].traffic needs a loadBalancer in the same service: requests reach tasks through one.',
    )
  })

  it('flows to both services of the first scenario', () => {
    const { services } = worldSpecOf(loadScenario('scale-in'))
    expect(services.map(({ name, traffic }) => [name, traffic?.curve[0]?.requestsPerSecond])).toEqual([
      ['shop', 40],
      ['search', 15],
    ])
  })
})
