import { isDeepStrictEqual } from 'node:util'

import type { CustomAnswer, CustomRequestType, CustomResource } from './custom-resource.ts'
import type { CustomRequests } from './custom-requests.ts'
import { describe, type Description } from './description.ts'
import type { ResourceWork } from './resource-work.ts'
import type { Stack } from './stack.ts'

type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED'

interface DeploymentParts {
  readonly stack: Stack
  readonly work: readonly ResourceWork[]
  readonly requests: CustomRequests
  /** Called when a creation or an update that took time, or a removal, has ended. */
  readonly onEnd: (deployment: Deployment) => void
}

/** What a round does with the resources that are ready for it. */
interface Round {
  readonly isReady: (logicalId: string) => boolean
  readonly perform: (work: ResourceWork) => void
  readonly ask: (resource: CustomResource) => void
}

/**
 * A stack in an account, from its creation to its removal. Whatever stands on nothing that is unfinished is done at once:
 * CloudFormation works side by side and keeps no order but that of dependencies, so a missing one shows. Only custom
 * resources take time.
 */
export class Deployment {
  readonly #requests: CustomRequests
  /** Physical ids of the custom resources that exist, or may exist because nobody knows how their creation ended. */
  readonly #physicalIds = new Map<string, string>()
  readonly #asked = new Set<string>()
  readonly #onEnd: (deployment: Deployment) => void
  #now: Description
  /** What was there before the update that goes on. */
  #before: Description | undefined
  #status: StackStatus = 'CREATE_IN_PROGRESS'
  /** Resources that are still to be made, changed or deleted. */
  #left: Set<string>
  #failures: string[] = []

  constructor({ stack, work, requests, onEnd }: DeploymentParts) {
    this.#onEnd = onEnd
    this.#requests = requests
    this.#now = describe(stack, work)
    this.#left = new Set(this.#now.dependencies.keys())
    this.#create()
  }

  get stack(): Stack {
    return this.#now.stack
  }

  get status(): StackStatus {
    return this.#status
  }

  /** What failed, each with the reason that the stack's events would show. */
  get failures(): readonly string[] {
    return this.#failures
  }

  /**
   * Begins to make of the stack what another template describes. First what is new or has changed, in the order of
   * dependencies; then what the template no longer has is cleaned up, in the reverse order of those that it had. What fails
   * there is left behind and holds up nothing ("Update behaviors of stack resources"). A rollback is not modelled.
   */
  update(stack: Stack, work: readonly ResourceWork[]): void {
    if (!['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(this.#status))
      throw new Error('the stack is busy or broken')
    this.#before = this.#now
    this.#now = describe(
      stack,
      work.map((one) => this.#unlessSame(one)),
    )
    this.#left = new Set(this.#now.dependencies.keys())
    this.#failures = []
    this.#status = 'UPDATE_IN_PROGRESS'
    this.#change()
  }

  /** Begins to delete the stack, or goes on after DELETE_FAILED with what is left. Ends in virtual time: see `status`. */
  remove(): void {
    if (this.#status === 'DELETE_IN_PROGRESS' || this.#asked.size > 0)
      throw new Error('the stack is busy already')
    if (this.#status !== 'DELETE_FAILED')
      this.#left = new Set([...this.#now.dependencies.keys()].filter((id) => !this.stack.isRetained(id)))
    this.#failures = []
    this.#status = 'DELETE_IN_PROGRESS'
    this.#delete()
  }

  /** Ordinary resources in the order of their kinds, so that a template's order of keys decides nothing. */
  #create(): void {
    this.#inWaves(this.#now, {
      isReady: (logicalId) => this.#hasAllItStandsOn(logicalId),
      // A service that refuses a resource is a mistake in the template, and stops whoever deploys it.
      perform: ({ create }) => create(),
      ask: (resource) => this.#ask(resource, 'Create', () => this.#create()),
    })
    if (this.#asked.size > 0) return
    if (this.#failures.length > 0) this.#status = 'CREATE_FAILED'
    else if (this.#left.size === 0) this.#status = 'CREATE_COMPLETE'
    else throw new Error(`circular dependency between resources: ${[...this.#left].join(', ')}`)
  }

  #change(): void {
    this.#inWaves(this.#now, {
      isReady: (logicalId) => this.#hasAllItStandsOn(logicalId),
      perform: (work) => this.#makeOrChange(work),
      ask: (resource) => this.#askForChange(resource),
    })
    if (this.#asked.size > 0) return
    if (this.#failures.length > 0) {
      this.#status = 'UPDATE_FAILED'
      return
    }
    const { before, now } = this.#update
    this.#left = new Set(
      [...before.dependencies.keys()].filter(
        (id) => !now.dependencies.has(id) && !before.stack.isRetained(id),
      ),
    )
    this.#status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
    this.#cleanUp()
  }

  #cleanUp(): void {
    const { before } = this.#update
    this.#inWaves(before, {
      isReady: (logicalId) => this.#carriesNothing(logicalId, before),
      perform: (work) => this.#removeOrNote(work),
      ask: (resource) => this.#ask(resource, 'Delete', () => this.#cleanUp()),
    })
    if (this.#asked.size === 0) this.#status = 'UPDATE_COMPLETE'
  }

  #delete(): void {
    this.#inWaves(this.#now, {
      isReady: (logicalId) => this.#carriesNothing(logicalId, this.#now),
      perform: (work) => this.#removeOrNote(work),
      ask: (resource) => this.#ask(resource, 'Delete', () => this.#delete()),
    })
    if (this.#asked.size > 0) return
    this.#status = this.#left.size === 0 ? 'DELETE_COMPLETE' : 'DELETE_FAILED'
  }

  #inWaves({ work, custom }: Description, round: Round): void {
    for (let ready = this.#ready(round.isReady); ready.length > 0; ready = this.#ready(round.isReady)) {
      const asked = ready.flatMap((logicalId) => custom.get(logicalId) ?? [])
      for (const logicalId of ready) if (!custom.has(logicalId)) this.#left.delete(logicalId)
      for (const [logicalId, one] of work) if (ready.includes(logicalId)) round.perform(one)
      for (const resource of asked) round.ask(resource)
    }
  }

  /** After a failure nothing new is begun, but in a cleanup. */
  #ready(isReady: (logicalId: string) => boolean): readonly string[] {
    if (this.#failures.length > 0 && !this.#isCleaningUp) return []
    return [...this.#left].filter((logicalId) => !this.#asked.has(logicalId) && isReady(logicalId))
  }

  /** What has not changed is looked after as before. */
  #unlessSame(work: ResourceWork): ResourceWork {
    const former = this.#now.work.get(work.logicalId)
    return former !== undefined && isDeepStrictEqual(former.spec, work.spec) ? former : work
  }

  #makeOrChange(work: ResourceWork): void {
    const former = this.#update.before.work.get(work.logicalId)
    if (former === work) return
    if (former === undefined) work.create()
    else if (work.update === undefined) throw new Error(`a change of ${work.logicalId} is not modelled`)
    else work.update()
  }

  #removeOrNote({ logicalId, remove }: ResourceWork): void {
    try {
      remove()
    } catch (error) {
      this.#fail(logicalId, (error as Error).message)
    }
  }

  #askForChange(resource: CustomResource): void {
    const before = this.#update.before.custom.get(resource.logicalId)
    const goOn = () => this.#change()
    if (before === undefined) this.#ask(resource, 'Create', goOn)
    else if (isDeepStrictEqual(before.properties, resource.properties)) this.#left.delete(resource.logicalId)
    else this.#ask(resource, 'Update', goOn)
  }

  #ask(resource: CustomResource, requestType: CustomRequestType, goOn: () => void): void {
    const { logicalId } = resource
    this.#asked.add(logicalId)
    const physicalId = requestType === 'Create' ? undefined : (this.#physicalIds.get(logicalId) ?? logicalId)
    const before = requestType === 'Update' ? this.#update.before.custom.get(logicalId) : undefined
    this.#requests.ask(resource, { requestType, physicalId, before }, (answer) => {
      this.#asked.delete(logicalId)
      this.#note(logicalId, answer)
      goOn()
      if (!this.#status.endsWith('IN_PROGRESS')) this.#onEnd(this)
    })
  }

  #note(logicalId: string, answer: CustomAnswer): void {
    if (answer.status === 'FAILED') {
      this.#fail(logicalId, answer.reason)
      return
    }
    this.#physicalIds.set(logicalId, answer.physicalId)
    this.#left.delete(logicalId)
  }

  #fail(logicalId: string, reason: string): void {
    this.#failures.push(`${logicalId}: ${reason}`)
    if (this.#isCleaningUp) this.#left.delete(logicalId)
    else this.#left.add(logicalId)
  }

  get #isCleaningUp(): boolean {
    return this.#status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  }

  get #update(): { readonly before: Description; readonly now: Description } {
    if (this.#before === undefined) throw new Error('the stack is not being updated')
    return { before: this.#before, now: this.#now }
  }

  #hasAllItStandsOn(logicalId: string): boolean {
    return [...(this.#now.dependencies.get(logicalId) ?? [])].every((other) => !this.#left.has(other))
  }

  #carriesNothing(logicalId: string, { dependencies }: Description): boolean {
    return ![...this.#left].some((other) => dependencies.get(other)?.has(logicalId) === true)
  }
}
