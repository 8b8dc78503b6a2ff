import { describe, expect, it } from '@jest/globals'

import { Screen } from '../../../simulator/view/screen.ts'

const open = () => {
  const writes: string[] = []
  const terminal = { columns: 80, rows: 24, write: (text: string) => writes.push(text) }
  return { screen: new Screen(terminal), terminal, writes }
}

describe('the screen', () => {
  it('writes each frame whole, over the one before', () => {
    const { screen, writes } = open()
    screen.draw(['one', 'two'])
    screen.draw(['three'])
    expect(writes).toHaveLength(2)
    expect(writes[0]).toContain('one\u001b[K\ntwo\u001b[K\n')
    expect(writes[1]).toContain('\u001b[2Athree\u001b[K\n\u001b[J')
  })

  it('hides the cursor while it draws and gives it back once', () => {
    const { screen, writes } = open()
    screen.draw(['one'])
    screen.draw(['two'])
    screen.close()
    screen.close()
    const all = writes.join('')
    expect(all.split('\u001b[?25l')).toHaveLength(2)
    expect(all.split('\u001b[?25h')).toHaveLength(2)
    expect(all.endsWith('\u001b[?25h')).toBe(true)
  })

  it('writes nothing when it is closed before a frame', () => {
    const { screen, writes } = open()
    screen.close()
    expect(writes).toEqual([])
  })

  it('begins anew on a window whose width has changed', () => {
    const { screen, terminal, writes } = open()
    screen.draw(['one'])
    terminal.columns = 60
    screen.draw(['two'])
    expect(writes[1]).toContain('\u001b[2J\u001b[Htwo')
  })
})
