import type { MemberOfConstraint, PlacementConstraintSpec } from '../../world/world-spec.ts'
import { isWanted, type ContainerInstance } from './cluster.ts'
import { compileQuery } from './query-language.ts'

export interface MemberOf extends MemberOfConstraint {
  readonly matches: (containerInstance: ContainerInstance) => boolean
}

/** Binding, unlike a placement strategy ("Define which container instances Amazon ECS uses for tasks"). */
export type PlacementConstraint = MemberOf | { readonly type: 'distinctInstance' }

/** @throws {ServiceError} InvalidParameterException for an expression that the cluster query language does not know. */
export const compileMemberOf = (spec: MemberOfConstraint): MemberOf => ({
  ...spec,
  matches: compileQuery(spec.expression),
})

/** @throws {ServiceError} InvalidParameterException for an expression that the cluster query language does not know. */
export const compileConstraint = (spec: PlacementConstraintSpec): PlacementConstraint =>
  spec.type === 'memberOf' ? compileMemberOf(spec) : spec

/** `distinctInstance` looks at desired states alone: a task that is still stopping does not keep its instance. */
export const isSatisfied = (
  constraint: PlacementConstraint,
  containerInstance: ContainerInstance,
  group: string,
): boolean => {
  if (constraint.type === 'memberOf') return constraint.matches(containerInstance)
  return ![...containerInstance.tasks].some((task) => task.group === group && isWanted(task))
}

export const viewMemberOf = ({ type, expression }: MemberOf) => ({ type, expression })

export const viewConstraint = (constraint: PlacementConstraint) =>
  constraint.type === 'memberOf' ? viewMemberOf(constraint) : { type: constraint.type }
