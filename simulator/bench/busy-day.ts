import { parseScenario } from '../scenario/load-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'

const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600
const GROUP = 'ecs-web-a'

/** A day of 30 instances and 50 requests a second, with an instance more or less every hour: what speed is measured on. */
export const busyDay = (): Scenario =>
  parseScenario('busy-day', {
    description:
      'A day of 30 instances, 120 tasks and 50 requests a second; the group shrinks and grows every hour.',
    cluster: 'web',
    groups: [{ name: GROUP, cpu: 4_096, memory: 15_360, desired: 30, min: 2, max: 40 }],
    services: ['shop', 'search', 'cart', 'mail', 'admin'].map((name) => ({
      name,
      cpu: 512,
      memory: 1_024,
      desired: 24,
      loadBalancer: { deregistrationDelaySeconds: 300 },
      traffic: { requestsPerSecond: 10 },
    })),
    daemons: [{ name: 'logs', cpu: 128, memory: 256 }],
    script: Array.from({ length: 23 }, (_, hour) => ({
      do: 'set-desired-capacity',
      atSeconds: (hour + 1) * HOUR_SECONDS,
      group: GROUP,
      desired: hour % 2 === 0 ? 28 : 30,
    })),
    lastsSeconds: DAY_SECONDS,
  })
