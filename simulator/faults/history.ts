/** What things looked like in the past, by id: each look from its moment until the next. */
export class History<View> {
  readonly #views = new Map<string, { readonly since: number; readonly view: View | undefined }[]>()

  /** From now on the thing looks like this; undefined: there is none any more. */
  set(id: string, since: number, view: View | undefined): void {
    const known = this.#views.get(id) ?? []
    if (known.at(-1)?.since === since) known.pop()
    known.push({ since, view })
    this.#views.set(id, known)
  }

  /** Undefined: it did not exist then, or nobody looked yet. */
  at(id: string, moment: number): View | undefined {
    return this.#views.get(id)?.findLast(({ since }) => since <= moment)?.view
  }

  /** Everything that existed at that moment. */
  allAt(moment: number): readonly View[] {
    return [...this.#views.keys()].flatMap((id) => this.at(id, moment) ?? [])
  }

  get ids(): readonly string[] {
    return [...this.#views.keys()]
  }
}
