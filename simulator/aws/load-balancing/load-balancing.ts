import type { Random } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { LoadBalancerSpec } from '../../world/world-spec.ts'
import type { ServiceModel } from '../operation.ts'
import { nextVerdict, type InitialHealthChecks } from './health-checks.ts'
import { loadBalancingOperations } from './load-balancing-operations.ts'
import {
  partitionOf,
  targetKey,
  type Target,
  type TargetAddress,
  type TargetGroup,
  type TargetState,
  type TargetStateChange,
  type TargetView,
} from './target-group.ts'

interface LoadBalancingOptions {
  readonly simulation: Simulation
  readonly account: { readonly region: string; readonly accountId: string }
  readonly initialHealthChecks?: InitialHealthChecks
}

/** Target groups of Application Load Balancers, and the health of their targets. No check runs without a change. */
export class LoadBalancing {
  readonly #simulation: Simulation
  readonly #account: LoadBalancingOptions['account']
  readonly #initialHealthChecks: InitialHealthChecks
  readonly #random: Random
  readonly #groups = new Map<string, TargetGroup>()
  readonly #listeners: ((change: TargetStateChange) => void)[] = []
  readonly #observers: ((targetGroupArn: string) => void)[] = []

  constructor({ simulation, account, initialHealthChecks = 'one-check' }: LoadBalancingOptions) {
    this.#simulation = simulation
    this.#account = account
    this.#initialHealthChecks = initialHealthChecks
    this.#random = simulation.randomFor('load-balancing')
  }

  get model(): ServiceModel {
    return { serviceId: 'Elastic Load Balancing v2', operations: loadBalancingOperations(this.#groups) }
  }

  /** Returns the ARN of the new group. */
  createTargetGroup(name: string, spec: LoadBalancerSpec): string {
    const { region, accountId } = this.#account
    const service = `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${accountId}`
    const arn = `${service}:targetgroup/${name}/${this.#random.hex(16)}`
    this.#groups.set(arn, { arn, name, spec, targets: new Map() })
    return arn
  }

  /** A target whose container is up: `initial`, then judged by the health checks. */
  register(address: TargetAddress): void {
    this.#judge(this.#add(address, 'initial'))
    this.#showChange(address)
  }

  /** A target that has been healthy since before virtual time began. Tells no listener. */
  registerHealthy(address: TargetAddress): void {
    this.#add(address, 'healthy')
  }

  /** The container behind the target is gone or its machine is dead. Repeating it is harmless. */
  fallSilent(address: TargetAddress): void {
    const target = this.#find(address)
    if (target === undefined || !target.answers) return
    target.answers = false
    if (target.state !== 'draining') this.#judge(target)
    this.#showChange(address)
  }

  /**
   * Starts the deregistration delay. The target shows `draining` for all of it, even when no request is in flight
   * ("Edit target group attributes for your Application Load Balancer"). Repeating it changes nothing.
   */
  deregister(address: TargetAddress): void {
    const target = this.#find(address)
    if (target === undefined || target.state === 'draining') return
    target.verdict?.cancel()
    this.#change(target, 'draining')
    const delayMs = this.#group(address).spec.deregistrationDelaySeconds * 1_000
    target.verdict = this.#simulation.after(delayMs, () => this.#remove(target))
  }

  /** `unused` for a target that is not registered. */
  stateOf(address: TargetAddress): TargetState {
    return this.#find(address)?.state ?? 'unused'
  }

  /** The targets of a group in the order of their registration. Throws for a group that does not exist. */
  targets(targetGroupArn: string): readonly TargetView[] {
    const group = this.#groups.get(targetGroupArn)
    if (group === undefined) throw new Error(`there is no target group ${targetGroupArn}`)
    return Array.from(group.targets.values(), ({ address, state, answers }) => ({
      id: address.id,
      port: address.port,
      state,
      answers,
    }))
  }

  onTargetStateChange(listener: (change: TargetStateChange) => void): void {
    this.#listeners.push(listener)
  }

  /** Called after each change of what `targets` shows, also before any health check has noticed it. */
  onTargetsChange(observer: (targetGroupArn: string) => void): void {
    this.#observers.push(observer)
  }

  #group(address: TargetAddress): TargetGroup {
    const group = this.#groups.get(address.targetGroupArn)
    if (group === undefined) throw new Error(`there is no target group ${address.targetGroupArn}`)
    return group
  }

  #find(address: TargetAddress): Target | undefined {
    return this.#group(address).targets.get(targetKey(address))
  }

  #add(address: TargetAddress, state: TargetState): Target {
    const registeredAt = this.#simulation.now()
    const target: Target = { address, registeredAt, state, answers: true, verdict: undefined }
    this.#find(address)?.verdict?.cancel()
    this.#group(address).targets.set(targetKey(address), target)
    return target
  }

  #remove(target: Target): void {
    this.#group(target.address).targets.delete(targetKey(target.address))
    this.#change(target, 'unused')
  }

  #judge(target: Target): void {
    target.verdict?.cancel()
    const rules = { spec: this.#group(target.address).spec, initialHealthChecks: this.#initialHealthChecks }
    const verdict = nextVerdict(target, rules, this.#simulation.now())
    if (verdict === undefined) return
    const delayMs = verdict.at - this.#simulation.now()
    target.verdict = this.#simulation.after(delayMs, () => this.#change(target, verdict.state))
  }

  #change(target: Target, state: TargetState): void {
    target.state = state
    for (const listener of this.#listeners) listener({ ...target.address, state })
    this.#showChange(target.address)
  }

  #showChange({ targetGroupArn }: TargetAddress): void {
    for (const observer of this.#observers) observer(targetGroupArn)
  }
}
