/** The known name with the fewest single-letter changes from the one that was written. */
export const nearestName = (written: string, known: readonly string[]): string => {
  const ranked = known.map((name) => ({
    name,
    changes: changesBetween(written.toLowerCase(), name.toLowerCase()),
  }))
  return ranked.reduce((best, candidate) => (candidate.changes < best.changes ? candidate : best)).name
}

/** Levenshtein's distance, one row of the table at a time. */
const changesBetween = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const letter of from) row = nextRow(row, letter, to)
  return row[to.length] ?? from.length
}

const nextRow = (above: readonly number[], letter: string, to: string): number[] => {
  const row = [(above[0] ?? 0) + 1]
  for (let column = 1; column <= to.length; column += 1) {
    const replaced = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
    row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1))
  }
  return row
}
