/**
 * Two answers, field by field. A field is the path to it, with `[]` for every place in a list; its value is what stands
 * there, in the order of the lists, without what each AWS makes up for itself. Where a list has keys, they stand in the `[]`. A list also has its length, so that an
 * empty one is not the same as none, and three items are not one.
 */

export type Fields = ReadonlyMap<string, string>

export const fieldsOf = (value: unknown): Fields => {
  const found = new Map<string, string[]>()
  collect('', value, found)
  return new Map([...found].map(([path, values]) => [path, values.join(' | ')]))
}

const collect = (path: string, value: unknown, found: Map<string, string[]>): void => {
  if (value === undefined) return
  if (Array.isArray(value)) collectList(path, value, found)
  else if (isFields(value)) collectMembers(path, value, found)
  else note(path, plain(value), found)
}

const collectList = (path: string, items: readonly unknown[], found: Map<string, string[]>): void => {
  note(`${path}[].length`, String(items.length), found)
  for (const item of items) collect(`${path}[${keyOf(item)}]`, item, found)
}

/** Tags and attributes of load balancing: what stands under which key counts, not where. */
const keyOf = (item: unknown): string => {
  if (!isFields(item)) return ''
  const { Key: key } = item as { readonly Key?: unknown }
  return typeof key === 'string' ? key : ''
}

const collectMembers = (path: string, fields: object, found: Map<string, string[]>): void => {
  const members = Object.entries(fields).filter(([, part]) => part !== undefined)
  if (members.length === 0 && path !== '') note(path, '{}', found)
  for (const [name, part] of members) collect(path === '' ? name : `${path}.${name}`, part, found)
}

const isFields = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Date)

const note = (path: string, value: string, found: Map<string, string[]>): void => {
  found.set(path, [...(found.get(path) ?? []), value])
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

/**
 * The paths at which both say the same, and say something: that a call was answered at all (its HTTP status), or that two
 * lists are empty, compares nothing that AWS could have meant otherwise.
 */
export const agreements = (simulator: Fields, other: Fields): readonly string[] =>
  [...simulator]
    .filter(([path, value]) => path !== 'status' && !(path.endsWith('[].length') && value === '0'))
    .filter(([path, value]) => other.get(path) === value)
    .map(([path]) => path)
