import { compileLeaf, isMatcherList, type LeafMatcher } from './leaf-matcher.ts'

export type EventPattern = Readonly<Record<string, unknown>>

/** Says whether an event, the whole envelope with its `detail`, is matched. */
export type EventMatcher = (event: unknown) => boolean

/**
 * Compiles an event pattern ("Creating Amazon EventBridge event patterns"): every field named must match, a field
 * matches if one of its listed values does, and a field of the event that holds a list matches with any of its elements.
 *
 * @throws {Error} naming what EventBridge would refuse or the simulator does not model.
 */
export const compilePattern = (pattern: EventPattern): EventMatcher => {
  if (Object.keys(pattern).length === 0) throw new Error('an event pattern needs at least one field')
  return compileObject(pattern)
}

const compileObject = (pattern: EventPattern): EventMatcher => {
  const matchers = Object.entries(pattern).map(([field, condition]) =>
    field === '$or' ? compileAlternatives(condition) : compileField(field, condition),
  )
  return (value) => matchers.every((matches) => matches(value))
}

const compileAlternatives = (condition: unknown): EventMatcher => {
  if (!Array.isArray(condition) || condition.length < 2 || !condition.every(isObject)) {
    throw new Error('"$or" needs a list of at least two patterns')
  }
  const alternatives = condition.map(compileObject)
  return (value) => alternatives.some((matches) => matches(value))
}

const compileField = (field: string, condition: unknown): EventMatcher => {
  if (isMatcherList(condition)) {
    const leaf = compileLeaf(field, condition)
    return (value) => matchesLeaf(leaf, fieldOf(value, field))
  }
  if (!isObject(condition)) throw new Error(`"${field}" needs a list of values or a nested pattern`)
  const nested = compileObject(condition)
  return (value) => matchesNested(nested, fieldOf(value, field))
}

/** An object or an empty list is a field without a value: filters look at leaves only. */
const matchesLeaf = (leaf: LeafMatcher, value: unknown): boolean => {
  if (Array.isArray(value) && value.length > 0)
    return value.flat(Infinity).some((element) => matchesLeaf(leaf, element))
  return leaf(typeof value === 'object' && value !== null ? undefined : value)
}

/** In a list of objects one and the same element must match all of the nested pattern. */
const matchesNested = (nested: EventMatcher, value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 ? value.flat(Infinity).some(nested) : nested(value)

const fieldOf = (value: unknown, field: string): unknown =>
  isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
