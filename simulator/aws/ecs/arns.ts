import { partitionOf } from '../load-balancing/target-group.ts'

export interface Account {
  readonly region: string
  readonly accountId: string
}

/** ARNs in the long format, which names the cluster. */
export class Arns {
  readonly clusterName: string
  readonly #prefix: string

  constructor({ region, accountId }: Account, clusterName: string) {
    this.clusterName = clusterName
    this.#prefix = `arn:${partitionOf(region)}:ecs:${region}:${accountId}`
  }

  get cluster(): string {
    return `${this.#prefix}:cluster/${this.clusterName}`
  }

  containerInstance(id: string): string {
    return `${this.#prefix}:container-instance/${this.clusterName}/${id}`
  }

  service(name: string): string {
    return `${this.#prefix}:service/${this.clusterName}/${name}`
  }

  capacityProvider(name: string): string {
    return `${this.#prefix}:capacity-provider/${name}`
  }

  task(id: string): string {
    return `${this.#prefix}:task/${this.clusterName}/${id}`
  }

  container(taskId: string): string {
    return `${this.#prefix}:container/${this.clusterName}/${taskId}/app`
  }

  taskDefinition(family: string, revision: number): string {
    return `${this.#prefix}:task-definition/${family}:${revision}`
  }
}
