/**
 * A deep copy of what calls and answers are made of. Objects, lists and dates are copied here, which takes a fraction of
 * the time that structuredClone takes; a simulated day makes tens of thousands of calls. Anything else is left to it.
 *
 * @throws {DOMException} for a function, as structuredClone does.
 */
export const plainCopy = <Value>(value: Value): Value => copyOf(value) as Value

const copyOf = (value: unknown): unknown => {
  if (typeof value === 'function') return structuredClone(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Date) return new Date(value)
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value)
  // Set like any other key, it would become the copy's prototype.
  if (Object.hasOwn(value, '__proto__')) return structuredClone(value)
  const copy: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) copy[key] = copyOf(part)
  return copy
}
