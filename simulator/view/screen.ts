/** The part of a terminal that a screen needs; `process.stdout` is one. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  readonly write: (text: string) => unknown
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const ERASE_TO_END_OF_LINE = '\u001b[K'
const ERASE_ALL = '\u001b[2J\u001b[H'
const ERASE_BELOW = '\u001b[J'

/** Terminals that know synchronized output show what is between these at once; others ignore them. */
const BEGIN_FRAME = '\u001b[?2026h'
const END_FRAME = '\u001b[?2026l'

/** Redraws frames in place, each in one write so that none is ever seen half drawn. What was on the screen stays above. */
export class Screen {
  readonly #terminal: Terminal
  #height = 0
  #columns = 0
  #isOpen = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}${ERASE_TO_END_OF_LINE}\n`).join('')
    const cursor = this.#isOpen ? '' : HIDE_CURSOR
    this.#terminal.write(`${BEGIN_FRAME}${cursor}${this.#goHome()}${text}${ERASE_BELOW}${END_FRAME}`)
    this.#isOpen = true
    this.#height = lines.length
    this.#columns = this.#terminal.columns
  }

  /** To the first line of the last frame. A window that became wider or narrower has broken its lines anew. */
  #goHome(): string {
    if (this.#height === 0) return '\r'
    return this.#columns === this.#terminal.columns ? `\r\u001b[${this.#height}A` : ERASE_ALL
  }

  /** Leaves the last frame where it is and gives the cursor back. Repeating it is harmless. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#height = 0
    this.#terminal.write(SHOW_CURSOR)
  }
}
