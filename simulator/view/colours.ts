import picocolors from 'picocolors'

/** How text is painted; without a terminal nothing is. */
export type Colours = ReturnType<typeof picocolors.createColors>

export const createColours = (support: 'coloured' | 'plain'): Colours =>
  picocolors.createColors(support === 'coloured')
