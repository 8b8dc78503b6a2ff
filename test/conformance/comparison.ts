/**
 * Two answers, field by field. A field is the path to it, with `[]` for every place in a list; its value is what stands
 * there, without what each AWS makes up for itself.
 */

export type Fields = ReadonlyMap<string, string>

export const fieldsOf = (value: unknown): Fields => {
  const found = new Map<string, string[]>()
  collect('', value, found)
  return new Map([...found].map(([path, values]) => [path, [...new Set(values)].toSorted().join(' | ')]))
}

const collect = (path: string, value: unknown, found: Map<string, string[]>): void => {
  if (value === undefined) return
  if (value === null || typeof value !== 'object' || value instanceof Date) {
    found.set(path, [...(found.get(path) ?? []), plain(value)])
    return
  }
  if (Array.isArray(value)) for (const item of value) collect(`${path}[]`, item, found)
  else
    for (const [name, part] of Object.entries(value))
      collect(path === '' ? name : `${path}.${name}`, part, found)
}

/** Ids, tokens and times are each AWS's own. */
const plain = (value: unknown): string =>
  value instanceof Date
    ? '<time>'
    : String(value)
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
        .replaceAll(/\b[0-9a-f]{32}\b/g, '<id>')
        .replaceAll(/\b(i|r|ami|subnet|vpc|eni|lt|vol|sg)-[0-9a-f]{8,17}\b/g, '$1-<id>')
        .replaceAll(/\/[0-9a-f]{16}\b/g, '/<id>')
        .replaceAll(/\becs-svc\/\d+/g, 'ecs-svc/<id>')
        .replaceAll(/\b1[78]\d{11}\b/g, '<time>')
        .replaceAll(/127\.0\.0\.1:\d+/g, '<endpoint>')
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')

export interface Difference {
  readonly simulator: string | undefined
  readonly other: string | undefined
}

/** By path: what is not the same. Undefined: that side does not have the field. */
export const differences = (simulator: Fields, other: Fields): ReadonlyMap<string, Difference> =>
  new Map(
    [...new Set([...simulator.keys(), ...other.keys()])]
      .filter((path) => simulator.get(path) !== other.get(path))
      .toSorted()
      .map((path) => [path, { simulator: simulator.get(path), other: other.get(path) }]),
  )
