import type { Failure } from '@aws-sdk/client-ecs'
import type { Arns } from '../arns.ts'
import type { Cluster, ContainerInstance, Service, Task, TaskDefinition } from '../cluster.ts'
import type { WaitingTask } from '../waiting-task.ts'

/** Finds what a call refers to by id, name or ARN. An ARN of another cluster finds nothing. */
export class References {
  readonly #cluster: Cluster
  readonly #arns: Arns

  constructor(cluster: Cluster, arns: Arns) {
    this.#cluster = cluster
    this.#arns = arns
  }

  containerInstance(reference: string): ContainerInstance | undefined {
    return this.#cluster.containerInstances.get(this.#containerInstanceArn(reference))
  }

  containerInstances(references: readonly string[] | undefined): Found<ContainerInstance> {
    return findEach(
      references,
      (reference) => this.containerInstance(reference),
      (reference) => this.#containerInstanceArn(reference),
    )
  }

  task(reference: string): Task | undefined {
    return this.#cluster.tasks.get(this.#taskArn(reference))
  }

  tasks(references: readonly string[] | undefined): Found<Task> {
    return findEach(
      references,
      (reference) => this.task(reference),
      (reference) => this.#taskArn(reference),
    )
  }

  /** Those that wait for an instance among them. */
  allTasks(references: readonly string[] | undefined): Found<Task | WaitingTask> {
    return findEach(
      references,
      (reference) => this.task(reference) ?? this.waitingTask(reference),
      (reference) => this.#taskArn(reference),
    )
  }

  waitingTask(reference: string): WaitingTask | undefined {
    return this.#cluster.waitingTasks.get(this.#taskArn(reference))
  }

  serviceArn(reference: string): string {
    return reference.startsWith('arn:') ? reference : this.#arns.service(reference)
  }

  service(reference: string): Service | undefined {
    const arn = this.serviceArn(reference)
    return [...this.#cluster.services.values()].find((service) => service.arn === arn)
  }

  services(references: readonly string[] | undefined): Found<Service> {
    return findEach(
      references,
      (reference) => this.service(reference),
      (reference) => this.serviceArn(reference),
    )
  }

  /** By family (its newest revision), `family:revision` or ARN. */
  taskDefinition(reference: string): TaskDefinition | undefined {
    const revisions = this.#cluster.taskDefinitions.get(reference)
    if (revisions !== undefined) return revisions.at(-1)
    const all = [...this.#cluster.taskDefinitions.values()].flat()
    return all.find(({ arn, family, revision }) => arn === reference || `${family}:${revision}` === reference)
  }

  #containerInstanceArn(reference: string): string {
    return reference.startsWith('arn:') ? reference : this.#arns.containerInstance(reference)
  }

  #taskArn(reference: string): string {
    return reference.startsWith('arn:') ? reference : this.#arns.task(reference)
  }
}

interface Found<Thing> {
  readonly found: readonly Thing[]
  readonly failures: Failure[]
}

/** Each thing that a call names, once; what is not there is told in `failures` of a 200 answer. */
const findEach = <Thing>(
  references: readonly string[] | undefined,
  find: (reference: string) => Thing | undefined,
  arnOf: (reference: string) => string,
): Found<Thing> => {
  const found: Thing[] = []
  const failures: Failure[] = []
  for (const reference of new Set(references)) {
    const thing = find(reference)
    if (thing === undefined) failures.push(missing(arnOf(reference)))
    else found.push(thing)
  }
  return { found, failures }
}

/** What Describe calls say of a thing that ECS does not know, or no longer ("API failure reasons"). */
export const missing = (arn: string): Failure => ({ arn, reason: 'MISSING' })
