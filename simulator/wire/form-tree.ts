/** A form's parameters by the parts of their names: `Filter.1.Value.2=web` is a leaf three levels below `Filter`. */
export interface FormNode {
  readonly parts: Map<string, FormNode>
  /** Undefined: the name goes on, or nothing was given. */
  value: string | undefined
}

/**
 * The parameters of a query request.
 *
 * @throws {RangeError} for a name with more parts than any operation has.
 */
export const parseForm = (body: string): FormNode => {
  const root = emptyNode()
  for (const [name, value] of new URLSearchParams(body)) nodeAt(root, name.split('.')).value = value
  return root
}

/** The deepest input of EC2 is nested seven deep, and a list adds one part or two to each level. */
const MOST_PARTS = 32

const nodeAt = (root: FormNode, parts: readonly string[]): FormNode => {
  if (parts.length > MOST_PARTS) throw new RangeError(`a parameter's name has more than ${MOST_PARTS} parts`)
  return parts.reduce((node, part) => {
    const next = node.parts.get(part) ?? emptyNode()
    node.parts.set(part, next)
    return next
  }, root)
}

const emptyNode = (): FormNode => ({ parts: new Map(), value: undefined })

/** The members of a list or map, in the order of their numbers. */
export const numberedParts = ({ parts }: FormNode): readonly FormNode[] =>
  [...parts]
    .filter(([part]) => /^\d+$/.test(part))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, node]) => node)
