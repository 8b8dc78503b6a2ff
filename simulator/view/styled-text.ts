/** Text with the paint that goes on it after everything has been measured and cut. */
export interface Span {
  readonly text: string
  readonly paint?: (text: string) => string
}

export type Line = readonly Span[]

/** Columns on the screen. Whatever is drawn here is one UTF-16 unit and one column wide. */
export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + text.length, 0)

/** Cut to `width` columns, then painted: a cut through a colour code would colour the rest of the screen. */
export const paintLine = (line: Line, width: number): string => {
  const fits = widthOf(line) <= width
  let left = fits ? width : width - 1
  const painted = line.map(({ text, paint }) => {
    const shown = text.slice(0, left)
    left -= shown.length
    return shown === '' || paint === undefined ? shown : paint(shown)
  })
  return `${painted.join('')}${fits ? '' : '…'}`
}

/** Filled up with spaces to `width` columns; longer text stays as it is. */
export const padded = (line: Line, width: number): Line => {
  const missing = width - widthOf(line)
  return missing <= 0 ? line : [...line, { text: ' '.repeat(missing) }]
}

/** Broken between words into lines of at most `width` columns; a longer word has a line of its own. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || longer.length <= width) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}
