import type { CustomAnswer, CustomResource } from './custom-resource.ts'
import type { CustomRequests } from './custom-requests.ts'
import type { ResourceWork } from './resource-work.ts'
import type { Stack } from './stack.ts'

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED'

export interface DeploymentParts {
  readonly stack: Stack
  readonly work: readonly ResourceWork[]
  readonly requests: CustomRequests
  /** Called when a creation that took time, or a removal, has ended. */
  readonly onEnd: (deployment: Deployment) => void
}

/**
 * A stack in an account, from its creation to its removal. Whatever stands on nothing that is unfinished is done at once:
 * CloudFormation works side by side and keeps no order but that of dependencies, so a missing one shows. Only custom
 * resources take time.
 */
export class Deployment {
  readonly stack: Stack
  readonly #requests: CustomRequests
  readonly #work: ReadonlyMap<string, ResourceWork>
  readonly #custom: ReadonlyMap<string, CustomResource>
  /** Physical ids of the custom resources that exist, or may exist because nobody knows how their creation ended. */
  readonly #physicalIds = new Map<string, string>()
  readonly #asked = new Set<string>()
  readonly #dependencies: ReadonlyMap<string, ReadonlySet<string>>
  readonly #onEnd: (deployment: Deployment) => void
  #status: StackStatus = 'CREATE_IN_PROGRESS'
  /** Resources that are still to be made, or still to be deleted. */
  #left: Set<string>
  #failures: string[] = []

  constructor({ stack, work, requests, onEnd }: DeploymentParts) {
    this.stack = stack
    this.#onEnd = onEnd
    this.#dependencies = stack.dependencies
    this.#requests = requests
    this.#work = new Map(work.map((one) => [one.logicalId, one]))
    this.#custom = new Map(stack.customResources.map((one) => [one.logicalId, one]))
    this.#left = new Set(this.#dependencies.keys())
    this.#create()
  }

  get status(): StackStatus {
    return this.#status
  }

  /** What failed, each with the reason that the stack's events would show. */
  get failures(): readonly string[] {
    return this.#failures
  }

  /** Begins to delete the stack, or goes on after DELETE_FAILED with what is left. Ends in virtual time: see `status`. */
  remove(): void {
    if (this.#status === 'DELETE_IN_PROGRESS' || this.#asked.size > 0)
      throw new Error('the stack is busy already')
    if (this.#status !== 'DELETE_FAILED')
      this.#left = new Set([...this.#dependencies.keys()].filter((id) => !this.stack.isRetained(id)))
    this.#failures = []
    this.#status = 'DELETE_IN_PROGRESS'
    this.#delete()
  }

  /** Ordinary resources in the order of their kinds, so that a template's order of keys decides nothing. */
  #create(): void {
    this.#inWaves({
      isReady: (logicalId) => this.#dependenciesOf(logicalId).every((other) => !this.#left.has(other)),
      // A service that refuses a resource is a mistake in the template, and stops whoever deploys it.
      perform: ({ create }) => create(),
      ask: (resource) => this.#ask(resource, 'Create', () => this.#create()),
    })
    if (this.#asked.size > 0) return
    if (this.#failures.length > 0) this.#status = 'CREATE_FAILED'
    else if (this.#left.size === 0) this.#status = 'CREATE_COMPLETE'
    else throw new Error(`circular dependency between resources: ${[...this.#left].join(', ')}`)
  }

  #delete(): void {
    this.#inWaves({
      isReady: (logicalId) =>
        ![...this.#left].some((other) => this.#dependenciesOf(other).includes(logicalId)),
      perform: (work) => this.#removeOrNote(work),
      ask: (resource) => this.#ask(resource, 'Delete', () => this.#delete()),
    })
    if (this.#asked.size > 0) return
    this.#status = this.#left.size === 0 ? 'DELETE_COMPLETE' : 'DELETE_FAILED'
  }

  #inWaves(how: {
    readonly isReady: (logicalId: string) => boolean
    readonly perform: (work: ResourceWork) => void
    readonly ask: (resource: CustomResource) => void
  }): void {
    for (let ready = this.#ready(how.isReady); ready.length > 0; ready = this.#ready(how.isReady)) {
      const custom = ready.flatMap((logicalId) => this.#custom.get(logicalId) ?? [])
      for (const logicalId of ready) if (!this.#custom.has(logicalId)) this.#left.delete(logicalId)
      for (const [logicalId, work] of this.#work) if (ready.includes(logicalId)) how.perform(work)
      for (const resource of custom) how.ask(resource)
      if (this.#failures.length > 0) return
    }
  }

  /** After a failure nothing new is begun. */
  #ready(isReady: (logicalId: string) => boolean): readonly string[] {
    if (this.#failures.length > 0) return []
    return [...this.#left].filter((logicalId) => !this.#asked.has(logicalId) && isReady(logicalId))
  }

  #removeOrNote({ logicalId, remove }: ResourceWork): void {
    try {
      remove()
    } catch (error) {
      this.#left.add(logicalId)
      this.#failures.push(`${logicalId}: ${(error as Error).message}`)
    }
  }

  #ask(resource: CustomResource, requestType: 'Create' | 'Delete', goOn: () => void): void {
    const { logicalId } = resource
    this.#asked.add(logicalId)
    const physicalId = requestType === 'Delete' ? (this.#physicalIds.get(logicalId) ?? logicalId) : undefined
    this.#requests.ask(resource, { requestType, physicalId }, (answer) => {
      this.#asked.delete(logicalId)
      this.#note(logicalId, answer)
      goOn()
      if (!this.#status.endsWith('IN_PROGRESS')) this.#onEnd(this)
    })
  }

  #note(logicalId: string, answer: CustomAnswer): void {
    if (answer.status === 'FAILED') {
      this.#failures.push(`${logicalId}: ${answer.reason}`)
      return
    }
    this.#physicalIds.set(logicalId, answer.physicalId)
    this.#left.delete(logicalId)
  }

  #dependenciesOf(logicalId: string): readonly string[] {
    return [...(this.#dependencies.get(logicalId) ?? [])]
  }
}
