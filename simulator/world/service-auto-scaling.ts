import type { DescribeServicesCommandOutput } from '@aws-sdk/client-ecs'

import {
  ApplicationAutoScaling,
  type ScalableService,
} from '../aws/application-auto-scaling/application-auto-scaling.ts'
import type { Ecs } from '../aws/ecs/ecs.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Traffic } from '../traffic/traffic.ts'
import { call } from './call.ts'
import type { ServiceSpec, WorldSpec } from './world-spec.ts'

interface Parts {
  readonly spec: WorldSpec
  readonly simulation: Simulation
  readonly ecs: Ecs
  readonly traffic: Traffic
}

/** Application Auto Scaling for the services that are meant to follow their requests. */
export const scaleServices = (parts: Parts): ApplicationAutoScaling =>
  new ApplicationAutoScaling(
    parts.simulation,
    parts.spec.services.flatMap((service) => scalable(parts, service)),
  )

const scalable = (
  { spec, ecs, traffic }: Parts,
  { name, autoScaling }: ServiceSpec,
): readonly ScalableService[] => {
  if (autoScaling === undefined) return []
  const { cluster } = spec
  return [
    {
      name,
      target: autoScaling,
      requestsSent: () => traffic.sentTo(name),
      desiredCount: () =>
        call<DescribeServicesCommandOutput>(ecs.model, 'DescribeServices', { cluster, services: [name] })
          .services?.[0]?.desiredCount ?? 0,
      setDesiredCount: (desiredCount) =>
        call(ecs.model, 'UpdateService', { cluster, service: name, desiredCount }),
    },
  ]
}
