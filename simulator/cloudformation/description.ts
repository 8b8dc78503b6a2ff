import type { CustomResource } from './custom-resource.ts'
import type { ResourceWork } from './resource-work.ts'
import type { Stack } from './stack.ts'

/** What a template describes, by logical id. */
export interface Description {
  readonly stack: Stack
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>
  readonly work: ReadonlyMap<string, ResourceWork>
  readonly custom: ReadonlyMap<string, CustomResource>
}

export const describe = (stack: Stack, work: readonly ResourceWork[]): Description => ({
  stack,
  dependencies: stack.dependencies,
  work: new Map(work.map((one) => [one.logicalId, one])),
  custom: new Map(stack.customResources.map((one) => [one.logicalId, one])),
})
