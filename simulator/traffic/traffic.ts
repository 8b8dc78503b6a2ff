import type { Machines } from '../aws/ec2/machine.ts'
import type { Ecs } from '../aws/ecs/ecs.ts'
import type { LoadBalancing } from '../aws/load-balancing/load-balancing.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { ServiceSpec } from '../world/world-spec.ts'
import type { DroppedRequests, ServiceTrafficScore } from './dropped-requests.ts'
import { ServiceTraffic } from './service-traffic.ts'
import { variedTraffic } from './varied-traffic.ts'

interface TrafficScore {
  readonly sent: number
  readonly dropped: number
  /** Services with traffic, in the order of the world's specification. */
  readonly byService: Readonly<Record<string, ServiceTrafficScore>>
}

interface TrafficOptions {
  readonly simulation: Simulation
  readonly loadBalancing: LoadBalancing
  readonly ecs: Ecs
  readonly machines: Pick<Machines, 'find'>
  /** Those that exist by now; requests begin at this moment. */
  readonly services: readonly ServiceSpec[]
}

/**
 * HTTP requests on their way through Application Load Balancers to the tasks of services, so that downtime is a number
 * of dropped requests. There is no chance in it, but for a curve
 * that is meant to vary, and no timer of its own: the same events drop the same requests.
 *
 * What a target's state means for requests is told in `routing.ts`, what ends them in `dropped-requests.ts`. A target
 * that leaves goes on answering what it has until it becomes `unused`; then the load balancer closes what is left
 * ("Edit target group attributes", deregistration delay). Only after that does ECS send SIGTERM, so a container that
 * stops finds nothing in flight, however long it takes to stop.
 *
 * Connections are not modelled, because kept alive or not they decide nothing here. A client's connection ends at the
 * load balancer, which chooses a target for each request on it ("How Elastic Load Balancing works"), so a client never
 * notices that a target drains. Idle connections from the load balancer to a target carry no request when a draining
 * target closes them. The one race between a request and a target that closes its idle connection, which answers 502
 * ("Troubleshoot your Application Load Balancers"), comes from a keep-alive time of the target below the load
 * balancer's and happens without any scaling. For requests of minutes it is assumed that they send something at least
 * once in each idle timeout ("Edit attributes for your Application Load Balancer", 60 s by default).
 */
export class Traffic {
  readonly #options: TrafficOptions
  readonly #services = new Map<string, ServiceTraffic>()
  readonly #listeners: ((dropped: DroppedRequests) => void)[] = []

  constructor(options: TrafficOptions) {
    this.#options = options
    const byTargetGroup = new Map<string, ServiceTraffic>()
    for (const service of options.services) {
      const targetGroupArn = options.ecs.targetGroupOf(service.name)
      if (service.traffic === undefined || targetGroupArn === undefined) continue
      const traffic = this.#createServiceTraffic(service.name, service.traffic)
      this.#services.set(service.name, traffic)
      byTargetGroup.set(targetGroupArn, traffic)
    }
    const { loadBalancing, simulation } = options
    const update = (arn: string) =>
      byTargetGroup.get(arn)?.targetsChanged(loadBalancing.targets(arn), simulation.now())
    for (const arn of byTargetGroup.keys()) update(arn)
    loadBalancing.onTargetsChange(update)
  }

  /** Everything until this very moment. Asking changes nothing. */
  score(): TrafficScore {
    const now = this.#options.simulation.now()
    const scores = Array.from(this.#services, ([name, traffic]) => [name, traffic.score(now)] as const)
    return {
      sent: scores.reduce((sum, [, { sent }]) => sum + sent, 0),
      dropped: scores.reduce((sum, [, { dropped }]) => sum + dropped, 0),
      byService: Object.fromEntries(scores),
    }
  }

  /** Requests that clients have sent to a service; 0 for one without traffic. */
  sentTo(service: string): number {
    return this.#services.get(service)?.sentUntil(this.#options.simulation.now()) ?? 0
  }

  /** Called once for each event, target and reason. Requests that nobody took are told at the next event. */
  onDrop(listener: (dropped: DroppedRequests) => void): void {
    this.#listeners.push(listener)
  }

  /** Tells listeners now of requests that nobody took since the last event: for the end of a rehearsal. */
  settle(): void {
    for (const traffic of this.#services.values()) traffic.settle(this.#options.simulation.now())
  }

  #createServiceTraffic(service: string, spec: NonNullable<ServiceSpec['traffic']>): ServiceTraffic {
    const { machines, simulation } = this.#options
    return new ServiceTraffic({
      spec: variedTraffic(spec, simulation.randomFor(`traffic ${service}`)),
      startsAt: simulation.now(),
      whySilent: (instanceId) =>
        machines.find(instanceId)?.state === 'running' ? 'container-ended' : 'machine-died',
      onDrop: (drop) => {
        for (const listener of this.#listeners) listener({ ...drop, service })
      },
    })
  }
}
